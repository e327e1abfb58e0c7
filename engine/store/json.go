package store

import (
	"encoding/json"
	"strconv"
	"strings"
)

func jsonStrings(list []string) (any, error) {
	b, err := json.Marshal(list)
	return string(b), err
}

// maxSeries bounds GENERATE_SERIES, whose values are all made before the first is used.
const maxSeries = 5_000_000

// jsonSeries lists start, start+step, ... up to stop.
func jsonSeries(v []any) (any, error) {
	start, stop := v[0].(int64), v[1].(int64)
	step := int64(1)
	if stop < start {
		step = -1
	}
	if len(v) > 2 {
		step = v[2].(int64)
	}
	if step == 0 {
		return nil, newError(4199, "0", "3", "GENERATE_SERIES")
	}
	var out strings.Builder
	out.WriteByte('[')
	count := 0
	for n := start; step > 0 && n <= stop || step < 0 && n >= stop; n += step {
		if count++; count > maxSeries {
			return nil, unsupported("GENERATE_SERIES of more than %d values", maxSeries)
		}
		if n != start {
			out.WriteByte(',')
		}
		out.WriteString(strconv.FormatInt(n, 10))
		if step > 0 && n > n+step || step < 0 && n < n+step {
			break // the next value would overflow
		}
	}
	out.WriteByte(']')
	return out.String(), nil
}
