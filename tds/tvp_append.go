package tds

// append appends TVP_TYPE_INFO behind its type byte, and the rows.
func (t *TVP) append(dst []byte) ([]byte, error) {
	const name = "TVP_TYPE_INFO"
	err := firstError(
		checkUnits(name, "DbName", t.Database, 255),
		checkUnits(name, "OwningSchema", t.Schema, 255),
		checkUnits(name, "TypeName", t.Name, 255))
	if err != nil {
		return dst, err
	}
	dst = appendBVarChar(dst, t.Database)
	dst = appendBVarChar(dst, t.Schema)
	dst = appendBVarChar(dst, t.Name)
	switch {
	case t.Null && len(t.Rows) > 0:
		return dst, &EncodeError{Name: name, Problem: "rows in a NULL table"}
	case t.Null:
		dst = appendU16(dst, tvpNull)
	case len(t.Columns) == 0 || len(t.Columns) > MaxTVPColumns:
		return dst, &EncodeError{Name: name, Problem: "no column or more than 1,024"}
	default:
		dst = appendU16(dst, uint16(len(t.Columns)))
		for i := range t.Columns {
			col := &t.Columns[i]
			dst = appendU16(appendU32(dst, col.UserType), uint16(col.Flags))
			if dst, err = col.Type.Append(dst, FormParam); err != nil {
				return dst, err
			}
			if err = checkUnits(name, "ColName", col.Name, 255); err != nil {
				return dst, err
			}
			dst = appendBVarChar(dst, col.Name)
		}
	}
	if len(t.Order) > 0xFFFF || len(t.Ordering) > 0xFFFF {
		return dst, &EncodeError{Name: name, Problem: "metadata with more than 65,535 columns"}
	}
	if t.Order != nil {
		dst = appendU16(append(dst, tvpOrderUnique), uint16(len(t.Order)))
		for _, o := range t.Order {
			dst = append(appendU16(dst, o.Column), o.Flags)
		}
	}
	if t.Ordering != nil {
		dst = appendU16(append(dst, tvpColumnOrdering), uint16(len(t.Ordering)))
		for _, n := range t.Ordering {
			dst = appendU16(dst, n)
		}
	}
	dst = append(append(dst, tvpEnd), t.Rows...)
	return append(dst, tvpEnd), nil
}
