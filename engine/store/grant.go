package store

import (
	"slices"
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// objectPermissions are those that an object of a kind can have, apart from allPermissions.
var objectPermissions = map[string][]string{
	"U": {"SELECT", "INSERT", "UPDATE", "DELETE", "REFERENCES"}, "V": {"SELECT", "INSERT", "UPDATE", "DELETE", "REFERENCES"},
	"P": {"EXECUTE"}, kindScalarFunction: {"EXECUTE", "REFERENCES"},
	kindInlineFunction: {"SELECT", "INSERT", "UPDATE", "DELETE", "REFERENCES"}, kindRowsFunction: {"SELECT", "INSERT", "UPDATE", "DELETE", "REFERENCES"},
}

// allPermissions are those that every object can have; ALL is without them.
var allPermissions = []string{"ALTER", "CONTROL", "TAKE OWNERSHIP", "VIEW DEFINITION", "VIEW CHANGE TRACKING"}

// grant carries out GRANT, DENY and REVOKE on the database or on an object. Errors 4606, 4624, 15151.
func (s *Session) grant(permissions []*ast.Permission, principals []*ast.SecurityPrincipal, target *ast.SecurityTargetObject, verb string, option bool) error {
	o, err := s.grantTarget(target, verb)
	if err != nil {
		return err
	}
	words, err := permissionWords(permissions, o, verb)
	if err != nil {
		return err
	}
	object := 0
	if o != nil {
		object = o.info().ID
	}
	d := s.editDatabase(s.db)
	for _, pr := range principals {
		name := "public"
		if pr.Identifier != nil {
			name = pr.Identifier.Value
		}
		p := d.principals[fold(name)]
		switch {
		case p == nil:
			return tsql.NewError(15151, "find", "user", name)
		case p.ID == 1 || p.ID == 3 || p.ID == 4 || fold(name) == s.userIn(d):
			return newError(4624)
		}
		for _, w := range words {
			g := &grant{Principal: fold(name), Permission: w, Object: object, Deny: verb == "DENY", WithGrant: option}
			if verb == "REVOKE" {
				delete(d.grants, g.key())
				if err := s.lite.discard(kindGrant, d.ID, g.key()); err != nil {
					return err
				}
				continue
			}
			d.grants[g.key()] = g
			if err := s.lite.save(kindGrant, d.ID, g.key(), g); err != nil {
				return err
			}
		}
	}
	return nil
}

// grantTarget is the object that a permission is on, nil for the database.
func (s *Session) grantTarget(target *ast.SecurityTargetObject, verb string) (object, error) {
	if target == nil || target.ObjectName == nil {
		return nil, nil
	}
	if len(target.Columns) > 0 {
		return nil, unsupported("%s on columns", verb)
	}
	switch strings.ToLower(target.ObjectKind) {
	case "", "notspecified", "object":
		ids := target.ObjectName.MultiPartIdentifier.Identifiers
		if len(ids) > 2 && !strings.EqualFold(ids[len(ids)-3].Value, s.db) {
			return nil, unsupported("%s in another database", verb)
		}
		n := tsql.Name{Object: ids[len(ids)-1].Value}
		if len(ids) > 1 {
			n.Schema = ids[len(ids)-2].Value
		}
		o, _, err := s.lookup(n)
		if err != nil {
			return nil, tsql.NewError(15151, "find", "object", n.Object)
		}
		return o, nil
	case "database":
		return nil, nil
	}
	return nil, unsupported("%s ON %s", verb, target.ObjectKind)
}

// permissionWords names the permissions of a statement. ALL stands for those of the object's kind.
func permissionWords(list []*ast.Permission, o object, verb string) ([]string, error) {
	var out, can []string
	switch o := o.(type) {
	case *table:
		can = objectPermissions["U"]
	case *module:
		can = objectPermissions[o.Kind]
	}
	for _, pm := range list {
		if len(pm.Columns) > 0 {
			return nil, unsupported("%s on columns", verb)
		}
		words := make([]string, len(pm.Identifiers))
		for i, id := range pm.Identifiers {
			words[i] = strings.ToUpper(id.Value)
		}
		w := strings.Join(words, " ")
		switch {
		case w == "EXEC":
			w = "EXECUTE"
		case w == "ALL" || w == "ALL PRIVILEGES":
			if o == nil {
				return nil, unsupported("%s ALL on a database", verb)
			}
			out = append(out, can...)
			continue
		}
		if o != nil && !slices.Contains(can, w) && !slices.Contains(allPermissions, w) {
			return nil, newError(4606, w)
		}
		out = append(out, w)
	}
	return out, nil
}
