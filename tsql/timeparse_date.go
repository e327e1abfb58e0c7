package tsql

import "strings"

// monthNames are the months of us_english; the first three letters are enough.
var monthNames = [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
	"November", "December"}

// month takes a month's name off.
func (p *timeParser) month() bool {
	n := 0
	for n < len(p.s) && (p.s[n]|0x20 >= 'a' && p.s[n]|0x20 <= 'z') {
		n++
	}
	word := p.s[:n]
	for i, name := range monthNames {
		if strings.EqualFold(word, name) || strings.EqualFold(word, name[:3]) {
			for _, part := range p.parts {
				if part.month {
					return false
				}
			}
			p.inDate = true
			p.parts = append(p.parts, datePart{n: i + 1, month: true})
			p.s = p.s[n:]
			return len(p.parts) <= 3
		}
	}
	return false
}

// date makes year, month and day of the words. ok is false if they are no date at all.
func (p *timeParser) date(order dateOrder) (y, m, d int, ok bool) {
	for i, part := range p.parts {
		if part.month {
			return p.namedDate(i)
		}
	}
	switch len(p.parts) {
	case 1:
		return p.solidDate()
	case 3:
		if p.sep == 0 {
			return 0, 0, 0, false
		}
	default:
		return 0, 0, 0, false
	}
	a, b, c := p.parts[0], p.parts[1], p.parts[2]
	switch {
	case a.digits == 4:
		// A year of four digits in front is followed by month and day, whatever the order asked for.
		return a.n, b.n, c.n, b.digits <= 2 && c.digits <= 2
	case c.digits == 4 && order == orderYMD && p.newType():
		return 0, 0, 0, false
	case c.digits == 4 || order != orderYMD:
		y, ok = c.year()
		if order == orderDMY {
			return y, b.n, a.n, ok && a.digits <= 2 && b.digits <= 2
		}
		return y, a.n, b.n, ok && a.digits <= 2 && b.digits <= 2
	}
	y, ok = a.year()
	return y, b.n, c.n, ok && b.digits <= 2 && c.digits <= 2
}

// newType is true for the types that came with SQL Server 2008.
func (p *timeParser) newType() bool {
	return p.to.Kind != KindDateTime && p.to.Kind != KindSmallDateTime
}

// year reads a year of one, two or four digits: up to 49 is 20xx, from 50 on 19xx.
func (d datePart) year() (int, bool) {
	switch {
	case d.digits == 4:
		return d.n, true
	case d.digits > 2 || d.digits == 0:
		return 0, false
	case d.n < 50:
		return 2000 + d.n, true
	}
	return 1900 + d.n, true
}

// solidDate reads digits without separators: yyyymmdd, yymmdd or yyyy.
func (p *timeParser) solidDate() (y, m, d int, ok bool) {
	n := p.parts[0].n
	switch p.parts[0].digits {
	case 8:
		return n / 10000, n / 100 % 100, n % 100, true
	case 6:
		y, _ = datePart{n: n / 10000, digits: 2}.year()
		return y, n / 100 % 100, n % 100, true
	case 4:
		return n, 1, 1, true
	}
	return 0, 0, 0, false
}

// namedDate reads a date whose month, at place i, is a name: the number of four digits is the year, without one the last number
// is; a missing day is the first.
func (p *timeParser) namedDate(i int) (y, m, d int, ok bool) {
	var numbers []datePart
	for k, part := range p.parts {
		if k != i {
			numbers = append(numbers, part)
		}
	}
	m = p.parts[i].n
	switch len(numbers) {
	case 1:
		y, ok = numbers[0].year()
		return y, m, 1, ok && numbers[0].digits == 4
	case 2:
		day, year := numbers[0], numbers[1]
		if day.digits == 4 {
			day, year = year, day
		}
		y, ok = year.year()
		return y, m, day.n, ok && day.digits <= 2
	}
	return 0, 0, 0, false
}
