package store

import "testing"

// TestGrants: what GRANT, DENY, REVOKE and ALTER ROLE say is what holds, and what they can't say is refused.
func TestGrants(t *testing.T) {
	_, sa := rightsDatabase(t)
	reads := "EXECUTE AS USER = 'bob'; SELECT a FROM t; REVERT"
	writes := "EXECUTE AS USER = 'bob'; INSERT t VALUES (1, 2); REVERT"
	row := "columns: a int\n1\n(1 rows)"
	runRights(t, sa, []rightsCase{
		{"GRANT ALL ON t TO bob", ""},
		{reads, row},
		{"DENY SELECT ON t TO readers; ALTER ROLE readers ADD MEMBER bob", ""},
		{reads, denied("SELECT", "t")},
		{"REVOKE SELECT ON t FROM readers", ""},
		{reads, row},
		{"DENY ALL PRIVILEGES ON t TO bob", ""},
		{writes, denied("INSERT", "t")},
		{"REVOKE ALL ON t FROM bob; GRANT CONTROL ON t TO bob", ""},
		{reads, row},
		{"DENY INSERT ON t TO bob", ""},
		{writes, denied("INSERT", "t")},
		{"REVOKE CONTROL ON t FROM bob", ""},
		{reads, denied("SELECT", "t")},
		{"GRANT SELECT ON t (a) TO bob", "Msg 59040, Level 16, State 1, Line 1: tds-launchpad: GRANT on columns is not supported by the embedded engine."},
		{"GRANT SELECT (a) ON t TO bob", "Msg 59040, Level 16, State 1, Line 1: tds-launchpad: GRANT on columns is not supported by the embedded engine."},
		{"GRANT ALL TO bob", "Msg 59040, Level 16, State 1, Line 1: tds-launchpad: GRANT ALL on a database is not supported by the embedded engine."},
		{"REVOKE GRANT OPTION FOR SELECT ON t FROM bob", "Msg 59040, Level 16, State 1, Line 1: tds-launchpad: REVOKE GRANT OPTION FOR is not supported by the embedded engine."},
		{"GRANT SELECT ON other.dbo.t TO bob", "Msg 59040, Level 16, State 1, Line 1: tds-launchpad: GRANT in another database is not supported by the embedded engine."},
		{"GRANT SELECT ON SCHEMA::dbo TO bob", "Msg 59040, Level 16, State 1, Line 1: tds-launchpad: GRANT ON Schema is not supported by the embedded engine."},
		{"GRANT EXECUTE ON t TO bob", "Msg 4606, Level 16, State 1, Line 1: Granted or revoked privilege EXECUTE is not compatible with object."},
		{"GRANT SELECT ON reads TO bob", "Msg 4606, Level 16, State 1, Line 1: Granted or revoked privilege SELECT is not compatible with object."},
		{"GRANT SELECT ON t TO dbo", "Msg 4624, Level 16, State 1, Line 1: Cannot grant, deny, or revoke permissions to sa, dbo, entity owner, information_schema, sys, or yourself."},
		{"GRANT SELECT ON t TO missing", "Msg 15151, Level 16, State 1, Line 1: Cannot find the user 'missing', because it does not exist or you do not have permission."},
		{"GRANT SELECT ON missing TO bob", "Msg 15151, Level 16, State 1, Line 1: Cannot find the object 'missing', because it does not exist or you do not have permission."},
		{"CREATE ROLE a; CREATE ROLE b; ALTER ROLE a ADD MEMBER b", ""},
		{"ALTER ROLE b ADD MEMBER a", "Msg 15413, Level 11, State 1, Line 1: Cannot make a role a member of itself."},
		{"ALTER ROLE a ADD MEMBER a", "Msg 15413, Level 11, State 1, Line 1: Cannot make a role a member of itself."},
		{"ALTER ROLE public ADD MEMBER bob", "Msg 15081, Level 16, State 1, Line 1: Membership of the public role cannot be changed."},
		{"DROP ROLE a", "Msg 15144, Level 16, State 1, Line 1: The role has members. It must be empty before it can be dropped."},
		{"ALTER ROLE a DROP MEMBER b; DROP ROLE a", ""},
		{"CREATE ROLE c AUTHORIZATION bob", "Msg 59040, Level 16, State 1, Line 1: tds-launchpad: CREATE ROLE AUTHORIZATION is not supported by the embedded engine."},
		{"CREATE SCHEMA bobs AUTHORIZATION bob", ""},
		{"DROP USER bob", "Msg 15138, Level 16, State 1, Line 1: The database principal owns a schema in the database, and cannot be dropped."},
		{"ALTER USER bob WITH NAME = bill", "Msg 59040, Level 16, State 1, Line 1: tds-launchpad: ALTER USER WITH NAME is not supported by the embedded engine."},
		{"ALTER USER bob WITH DEFAULT_SCHEMA = bobs", ""},
	})
}
