package tsql

// family groups the kinds that the conversion rules treat alike.
type family uint8

const (
	famOther family = iota
	famInteger
	famApprox
	famDecimal
	famMoney
	famChar
	famText
	famXML
	famBinary
	famImage
	famTimestamp
	famGUID
	famDateTime // datetime, smalldatetime
	famDate
	famTime
	famDateTime2 // datetime2, datetimeoffset
	famVariant
	famJSON
	famCLR
	familyCount
)

func (t Type) family() family {
	switch {
	case t.IsInteger():
		return famInteger
	case t.IsApprox():
		return famApprox
	case t.IsDecimal():
		return famDecimal
	case t.IsMoney():
		return famMoney
	}
	switch t.Kind {
	case KindChar, KindVarChar, KindNChar, KindNVarChar:
		return famChar
	case KindText, KindNText:
		return famText
	case KindXML:
		return famXML
	case KindJSON:
		return famJSON
	case KindBinary, KindVarBinary:
		return famBinary
	case KindImage:
		return famImage
	case KindTimestamp:
		return famTimestamp
	case KindUniqueIdentifier:
		return famGUID
	case KindDateTime, KindSmallDateTime:
		return famDateTime
	case KindDate:
		return famDate
	case KindTime:
		return famTime
	case KindDateTime2, KindDateTimeOffset:
		return famDateTime2
	case KindVariant:
		return famVariant
	case KindHierarchyID, KindGeometry, KindGeography:
		return famCLR
	}
	return famOther
}

// conversions says, per source family, which targets allow an implicit conversion (i) or only an explicit one (e); all others
// do not exist. Source: the chart of implicit and explicit conversions in the documentation of CAST and CONVERT.
var conversions = func() (m [familyCount][familyCount]byte) {
	set := func(from family, kind byte, to ...family) {
		for _, t := range to {
			m[from][t] = kind
		}
	}
	numbers := []family{famInteger, famApprox, famDecimal, famMoney}
	for _, n := range numbers {
		set(n, 'i', famInteger, famApprox, famDecimal, famMoney, famChar, famBinary, famDateTime, famVariant)
	}
	for _, n := range []family{famInteger, famDecimal, famMoney} {
		set(n, 'i', famTimestamp)
	}
	set(famChar, 'i', famInteger, famApprox, famDecimal, famMoney, famChar, famText, famXML, famGUID, famDateTime, famDate, famTime,
		famDateTime2, famVariant, famJSON, famImage)
	set(famChar, 'e', famBinary, famTimestamp, famCLR)
	set(famText, 'i', famChar, famText)
	set(famText, 'i', famXML)
	set(famXML, 'e', famChar, famBinary)
	set(famXML, 'i', famXML)
	set(famJSON, 'e', famChar)
	set(famJSON, 'i', famJSON)
	set(famBinary, 'i', famInteger, famDecimal, famMoney, famChar, famBinary, famImage, famTimestamp, famGUID, famDateTime,
		famVariant, famXML, famCLR)
	set(famBinary, 'e', famDate, famTime, famDateTime2)
	set(famImage, 'i', famBinary, famImage, famTimestamp)
	set(famTimestamp, 'i', famInteger, famDecimal, famMoney, famChar, famBinary, famImage, famTimestamp, famDateTime)
	set(famGUID, 'i', famChar, famBinary, famGUID, famVariant)
	set(famDateTime, 'i', famChar, famDateTime, famDate, famTime, famDateTime2, famVariant)
	set(famDateTime, 'e', famInteger, famApprox, famDecimal, famMoney, famBinary)
	set(famDate, 'i', famChar, famDateTime, famDate, famDateTime2, famVariant)
	set(famDate, 'e', famBinary)
	set(famTime, 'i', famChar, famDateTime, famTime, famDateTime2, famVariant)
	set(famTime, 'e', famBinary)
	set(famDateTime2, 'i', famChar, famDateTime, famDate, famTime, famDateTime2, famVariant)
	set(famDateTime2, 'e', famBinary)
	for f := range familyCount {
		switch f {
		case famText, famImage, famXML, famJSON, famCLR, famOther, famTimestamp:
		default:
			set(famVariant, 'e', f)
		}
	}
	set(famVariant, 'i', famVariant)
	set(famCLR, 'i', famCLR)
	set(famCLR, 'e', famBinary, famChar)
	return m
}()

// CanConvert tells whether T-SQL has a conversion from one type to the other, with CAST and without.
func CanConvert(from, to Type) (explicit, implicit bool) {
	if to.Kind == KindVariant && from.IsMax() {
		return false, false // a sql_variant holds at most 8,016 bytes
	}
	switch conversions[from.family()][to.family()] {
	case 'i':
		return true, true
	case 'e':
		return true, false
	}
	return false, false
}
