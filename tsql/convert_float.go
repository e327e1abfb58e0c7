package tsql

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/cockroachdb/apd/v3"
)

// floatOf is a float32 or float64 as float64.
func floatOf(v any) float64 {
	switch x := v.(type) {
	case float32:
		return float64(x)
	case float64:
		return x
	}
	return 0
}

// toFloat converts to real or float.
func toFloat(v any, from, to Type) (any, error) {
	var f float64
	switch x := v.(type) {
	case float64:
		f = x
	case float32:
		if to.Kind == KindReal {
			return v, nil
		}
		f = float64(x)
	case int64:
		f = float64(x)
	case bool:
		f = float64(boolInt(x))
	case *apd.Decimal:
		var err error
		if f, err = x.Float64(); err != nil {
			return nil, overflow(to)
		}
	case string:
		t := trimNumber(x)
		if t == "" {
			break
		}
		if strings.Trim(t, "0123456789.eE+-") != "" {
			return nil, NewError(8114, from.Name(), to.Name())
		}
		var err error
		if f, err = strconv.ParseFloat(t, 64); err != nil {
			if math.IsInf(f, 0) {
				return nil, NewError(8115, from.Name(), to.Name())
			}
			return nil, NewError(8114, from.Name(), to.Name())
		}
	case time.Time:
		f = days(x)
	default:
		return nil, badValue(v, to)
	}
	if to.Kind == KindFloat {
		return f, nil
	}
	if math.Abs(f) > math.MaxFloat32 {
		return nil, NewError(232, "real", f)
	}
	return float32(f), nil
}
