package tsql

// ResultSetsMode is the form of a WITH RESULT SETS clause.
type ResultSetsMode uint8

const (
	// ResultSetsUndefined is WITH RESULT SETS UNDEFINED, which means the same as no clause.
	ResultSetsUndefined ResultSetsMode = iota
	// ResultSetsNone is WITH RESULT SETS NONE: the procedure must send nothing.
	ResultSetsNone
	// ResultSetsDefined is WITH RESULT SETS (...): exactly the sets listed.
	ResultSetsDefined
)

// ResultSets is a WITH RESULT SETS clause of EXECUTE.
type ResultSets struct {
	Mode ResultSetsMode
	Sets []ResultSet
}

// ResultSet is one definition: exactly one of Columns, Object, Type and ForXML is given.
type ResultSet struct {
	Columns []ResultColumn
	Object  *Name // AS OBJECT: a table, view or table-valued function
	Type    *Name // AS TYPE: a table type
	ForXML  bool  // AS FOR XML
	Line    int32
}

// Nullability is what a column definition says about NULL.
type Nullability uint8

const (
	// NullDefault leaves it to the session (ANSI_NULL_DFLT_ON).
	NullDefault Nullability = iota
	// Null is NULL.
	Null
	// NotNull is NOT NULL.
	NotNull
)

// ResultColumn is one column of a definition. Type.Collation holds what COLLATE names.
type ResultColumn struct {
	Name string
	Type Type
	Null Nullability
	Line int32
}

// resultSets reads RESULT SETS and what follows.
func (r *reader) resultSets() (*ResultSets, error) {
	r.next()
	if err := r.expect("SETS"); err != nil {
		return nil, err
	}
	switch {
	case r.accept("UNDEFINED"):
		return &ResultSets{Mode: ResultSetsUndefined}, nil
	case r.accept("NONE"):
		return &ResultSets{Mode: ResultSetsNone}, nil
	}
	if err := r.expect("("); err != nil {
		return nil, err
	}
	sets := &ResultSets{Mode: ResultSetsDefined}
	for {
		s, err := r.resultSet()
		if err != nil {
			return nil, err
		}
		sets.Sets = append(sets.Sets, s)
		if r.accept(")") {
			return sets, nil
		}
		if err := r.expect(","); err != nil {
			return nil, err
		}
	}
}

// resultSet reads one definition.
func (r *reader) resultSet() (ResultSet, error) {
	s := ResultSet{Line: r.tok.Line}
	if r.accept("AS") {
		var err error
		switch {
		case r.accept("FOR"):
			s.ForXML = true
			err = r.expect("XML")
		case r.accept("OBJECT"):
			s.Object, err = r.namePointer()
		case r.accept("TYPE"):
			s.Type, err = r.namePointer()
		default:
			err = r.syntaxError()
		}
		return s, err
	}
	if err := r.expect("("); err != nil {
		return s, err
	}
	for {
		c, err := r.resultColumn(len(s.Columns) + 1)
		if err != nil {
			return s, err
		}
		s.Columns = append(s.Columns, c)
		if r.accept(")") {
			return s, nil
		}
		if err := r.expect(","); err != nil {
			return s, err
		}
	}
}

func (r *reader) namePointer() (*Name, error) {
	n, err := r.name()
	return &n, err
}

// resultColumn reads name type [COLLATE c] [NULL | NOT NULL].
func (r *reader) resultColumn(ordinal int) (ResultColumn, error) {
	c := ResultColumn{Line: r.tok.Line}
	if !r.tok.IsName() || r.tok.Unterminated || r.tok.Kind == TokenIdent && IsReserved(r.text()) {
		return c, r.syntaxError()
	}
	c.Name = r.tok.Value(r.src)
	r.next()
	var err error
	if c.Type, err = r.dataType(ordinal); err != nil {
		return c, err
	}
	for {
		switch {
		case r.accept("COLLATE"):
			if r.tok.Kind != TokenIdent {
				return c, r.syntaxError()
			}
			c.Type.Collation = r.text()
			r.next()
		case r.accept("NOT"):
			if err := r.expect("NULL"); err != nil {
				return c, err
			}
			c.Null = NotNull
		case r.accept("NULL"):
			c.Null = Null
		default:
			return c, nil
		}
	}
}
