package store

import (
	"sort"
	"strings"
	"time"

	"tds-launchpad/tsql"
)

var sysViews map[string]*sysView

func init() {
	sysViews = map[string]*sysView{
		"sys.databases": {viewColumns("name sysname; database_id int; source_database_id int null; owner_sid varbinary(85) null; create_date datetime; compatibility_level tinyint; " +
			"collation_name sysname null; user_access tinyint null; user_access_desc nvarchar(60) null; is_read_only bit null; state tinyint null; state_desc nvarchar(60) null; " +
			"snapshot_isolation_state tinyint null; is_read_committed_snapshot_on bit null; recovery_model tinyint null; recovery_model_desc nvarchar(60) null; containment tinyint null"), databaseRows},
		"sys.schemas": {viewColumns("name sysname; schema_id int; principal_id int null"), func(_ *Session, d *database) (rows [][]any) {
			for _, x := range d.schemas {
				var owner any
				if p := d.principals[fold(x.Owner)]; p != nil {
					owner = p.ID
				}
				rows = append(rows, []any{x.Name, x.ID, owner})
			}
			return sorted(rows)
		}},
		"sys.objects":     {viewColumns(objectColumns), func(s *Session, d *database) [][]any { return objectRows(s, d, "") }},
		"sys.all_objects": {viewColumns(objectColumns), func(s *Session, d *database) [][]any { return objectRows(s, d, "") }},
		"sys.tables": {viewColumns(objectColumns + "; lob_data_space_id int; uses_ansi_nulls bit null; is_external bit; temporal_type tinyint null; is_memory_optimized bit null; is_node bit; is_edge bit"),
			func(s *Session, d *database) [][]any {
				rows := objectRows(s, d, "U ")
				for i := range rows {
					rows[i] = append(rows[i], 0, true, false, 0, false, false, false)
				}
				return rows
			}},
		"sys.views":       {viewColumns(objectColumns), func(s *Session, d *database) [][]any { return objectRows(s, d, "V ") }},
		"sys.procedures":  {viewColumns(procedureColumns), procedureRows},
		"sys.columns":     {viewColumns(columnColumns), columnRows},
		"sys.all_columns": {viewColumns(columnColumns), columnRows},
		"sys.types": {viewColumns("name sysname; system_type_id tinyint; user_type_id int; schema_id int; principal_id int null; max_length smallint; precision tinyint; scale tinyint; " +
			"collation_name sysname null; is_nullable bit null; is_user_defined bit; is_assembly_type bit; default_object_id int; rule_object_id int; is_table_type bit"), typeRows},
		"sys.table_types": {viewColumns("name sysname; system_type_id tinyint; user_type_id int; schema_id int; type_table_object_id int; is_user_defined bit; is_table_type bit"),
			func(_ *Session, d *database) (rows [][]any) {
				for _, o := range d.objects {
					if t, ok := o.(*table); ok && t.IsType {
						rows = append(rows, []any{strings.TrimPrefix(t.Name, typePrefix), 243, t.ID, d.schemaID(t.Schema), t.ID, true, true})
					}
				}
				return sorted(rows)
			}},
		"sys.indexes": {viewColumns("object_id int; name sysname null; index_id int; type tinyint; type_desc nvarchar(60) null; is_unique bit null; data_space_id int null; " +
			"ignore_dup_key bit null; is_primary_key bit null; is_unique_constraint bit null; fill_factor tinyint; is_padded bit null; is_disabled bit null; is_hypothetical bit null; has_filter bit; filter_definition nvarchar(max) null"), indexRows},
		"sys.index_columns": {viewColumns("object_id int; index_id int; index_column_id int; column_id int; key_ordinal tinyint; partition_ordinal tinyint; is_descending_key bit null; is_included_column bit null"), indexColumnRows},
		"sys.key_constraints": {viewColumns(objectColumns + "; unique_index_id int null; is_system_named bit; is_enforced bit null"), func(s *Session, d *database) [][]any {
			return constraintRows(d, func(c constraint) []any {
				if c.key == nil {
					return nil
				}
				return []any{c.index, c.system, true}
			})
		}},
		"sys.default_constraints": {viewColumns(objectColumns + "; parent_column_id int; definition nvarchar(max) null; is_system_named bit"), func(s *Session, d *database) [][]any {
			return constraintRows(d, func(c constraint) []any {
				if c.kind != "D " {
					return nil
				}
				return []any{c.column, "(" + c.text + ")", c.system}
			})
		}},
		"sys.check_constraints": {viewColumns(objectColumns + "; is_disabled bit; parent_column_id int; definition nvarchar(max) null; is_system_named bit"), func(s *Session, d *database) [][]any {
			return constraintRows(d, func(c constraint) []any {
				if c.kind != "C " {
					return nil
				}
				return []any{c.disabled, c.column, "(" + c.text + ")", c.system}
			})
		}},
		"sys.foreign_keys": {viewColumns(objectColumns + "; referenced_object_id int null; key_index_id int null; is_disabled bit; delete_referential_action tinyint null; delete_referential_action_desc nvarchar(60) null; update_referential_action tinyint null; update_referential_action_desc nvarchar(60) null; is_system_named bit"),
			func(s *Session, d *database) [][]any {
				actions := map[string]int{"NO ACTION": 0, "CASCADE": 1, "SET NULL": 2}
				return constraintRows(d, func(c constraint) []any {
					if c.foreign == nil {
						return nil
					}
					f := c.foreign
					return []any{f.Parent, 1, f.Disabled, actions[f.OnDelete], strings.ReplaceAll(f.OnDelete, " ", "_"), actions[f.OnUpdate], strings.ReplaceAll(f.OnUpdate, " ", "_"), f.SystemName}
				})
			}},
		"sys.foreign_key_columns": {viewColumns("constraint_object_id int; constraint_column_id int; parent_object_id int; parent_column_id int; referenced_object_id int; referenced_column_id int"),
			func(_ *Session, d *database) (rows [][]any) {
				for _, o := range d.objects {
					if t, ok := o.(*table); ok {
						for _, f := range t.Foreign {
							for i := range f.Columns {
								rows = append(rows, []any{f.ID, i + 1, t.ID, f.Columns[i], f.Parent, f.ParentCols[i]})
							}
						}
					}
				}
				return rows
			}},
		"sys.identity_columns": {viewColumns("object_id int; name sysname null; column_id int; seed_value bigint null; increment_value bigint null; last_value bigint null"),
			func(_ *Session, d *database) (rows [][]any) {
				for _, o := range d.objects {
					if t, ok := o.(*table); ok && t.identity() != nil {
						c := t.identity()
						rows = append(rows, []any{t.ID, c.Name, c.ID, c.Identity.Seed, c.Identity.Increment, nil})
					}
				}
				return rows
			}},
		"sys.sql_modules": {viewColumns("object_id int; definition nvarchar(max) null; uses_ansi_nulls bit null; uses_quoted_identifier bit null; is_schema_bound bit null; uses_database_collation bit null; is_recompiled bit null; null_on_null_input bit null; execute_as_principal_id int null; uses_native_compilation bit null"),
			moduleRows},
		"sys.parameters":        {viewColumns(parameterColumns), parameterRows},
		"sys.all_parameters":    {viewColumns(parameterColumns), parameterRows},
		"sys.triggers":          {viewColumns("name sysname; object_id int; parent_class tinyint; parent_class_desc nvarchar(60) null; parent_id int; type char(2); type_desc nvarchar(60) null; create_date datetime; modify_date datetime; is_ms_shipped bit; is_disabled bit; is_not_for_replication bit; is_instead_of_trigger bit"), triggerRows},
		"sys.trigger_events":    {viewColumns("object_id int; type int; type_desc nvarchar(60) null; is_first bit null; is_last bit null; event_group_type int null; event_group_type_desc nvarchar(60) null; is_trigger_event bit null"), triggerEventRows},
		"sys.messages":          {viewColumns("message_id int; language_id smallint; severity tinyint null; is_event_logged bit; text nvarchar(2048)"), messageRows},
		"sys.server_principals": {viewColumns("name sysname; principal_id int; sid varbinary(85) null; type char(1); type_desc nvarchar(60) null; is_disabled bit null; create_date datetime; modify_date datetime; default_database_name sysname null; default_language_name sysname null; is_fixed_role bit"), loginRows},
		"sys.sql_logins": {viewColumns("name sysname; principal_id int; sid varbinary(85) null; type char(1); type_desc nvarchar(60) null; is_disabled bit null; create_date datetime; modify_date datetime; default_database_name sysname null; default_language_name sysname null; is_fixed_role bit"),
			func(s *Session, d *database) (rows [][]any) {
				for _, r := range loginRows(s, d) {
					if r[3] == "S" {
						rows = append(rows, r)
					}
				}
				return rows
			}},
		"sys.database_principals": {viewColumns("name sysname; principal_id int; type char(1); type_desc nvarchar(60) null; default_schema_name sysname null; create_date datetime; modify_date datetime; owning_principal_id int null; sid varbinary(85) null; is_fixed_role bit; authentication_type int; authentication_type_desc nvarchar(60) null"),
			func(s *Session, d *database) (rows [][]any) {
				for _, p := range d.principals {
					kind, desc, auth, how := "S", "SQL_USER", 1, "INSTANCE"
					if p.Role {
						kind, desc, auth, how = "R", "DATABASE_ROLE", 0, "NONE"
					}
					var schema, sid any
					if p.DefaultSchema != "" {
						schema = p.DefaultSchema
					}
					if l := s.catalog().logins[fold(p.Login)]; l != nil && p.Login != "" {
						sid = loginSID(l)
					}
					rows = append(rows, []any{p.Name, p.ID, kind, desc, schema, p.Created, p.Created, nil, sid, p.Fixed, auth, how})
				}
				return sorted(rows)
			}},
		"sys.database_role_members": {viewColumns("role_principal_id int; member_principal_id int"), func(_ *Session, d *database) (rows [][]any) {
			for _, r := range d.principals {
				for _, m := range r.Members {
					if p := d.principals[m]; p != nil {
						rows = append(rows, []any{r.ID, p.ID})
					}
				}
			}
			return rows
		}},
		"sys.database_permissions": {viewColumns("class tinyint; class_desc nvarchar(60) null; major_id int; minor_id int; grantee_principal_id int; grantor_principal_id int; permission_name nvarchar(128) null; state char(1); state_desc nvarchar(60) null"),
			func(_ *Session, d *database) (rows [][]any) {
				for _, g := range d.grants {
					class, desc, state, how := 0, "DATABASE", "G", "GRANT"
					if g.Object != 0 {
						class, desc = 1, "OBJECT_OR_COLUMN"
					}
					if g.Deny {
						state, how = "D", "DENY"
					}
					if p := d.principals[g.Principal]; p != nil {
						rows = append(rows, []any{class, desc, g.Object, 0, p.ID, 1, g.Permission, state, how})
					}
				}
				return rows
			}},
		"sys.configurations": {viewColumns("configuration_id int; name nvarchar(35); value int null; minimum int null; maximum int null; value_in_use int null; description nvarchar(255); is_dynamic bit; is_advanced bit"),
			optionRows},
		"sys.dm_exec_sessions":             {viewColumns("session_id smallint; login_time datetime; host_name nvarchar(128) null; program_name nvarchar(128) null; host_process_id int null; client_version int null; client_interface_name nvarchar(32) null; login_name nvarchar(128); status nvarchar(30); is_user_process bit; original_login_name nvarchar(128); database_id smallint; open_transaction_count int; transaction_isolation_level smallint; language nvarchar(128) null; date_format nvarchar(3) null; date_first smallint; quoted_identifier bit; arithabort bit; ansi_null_dflt_on bit; ansi_defaults bit; ansi_warnings bit; ansi_padding bit; ansi_nulls bit; concat_null_yields_null bit; lock_timeout int; text_size int"), sessionRows},
		"sys.dm_exec_connections":          {viewColumns("session_id int null; most_recent_session_id int null; connect_time datetime; net_transport nvarchar(40); protocol_type nvarchar(40) null; protocol_version int null; encrypt_option nvarchar(40); auth_scheme nvarchar(40); node_affinity smallint; net_packet_size int null; client_net_address varchar(48) null; client_tcp_port int null; local_net_address varchar(48) null; local_tcp_port int null; connection_id uniqueidentifier"), connectionRows},
		"sys.dm_tran_session_transactions": {viewColumns("session_id int; transaction_id bigint; transaction_descriptor binary(8); enlist_count int; is_user_transaction bit; is_local bit; is_enlisted bit; is_bound bit; open_transaction_count int"), transactionRows},
		"information_schema.tables": {viewColumns("TABLE_CATALOG nvarchar(128) null; TABLE_SCHEMA nvarchar(128) null; TABLE_NAME sysname; TABLE_TYPE varchar(10) null"), func(_ *Session, d *database) (rows [][]any) {
			for _, o := range d.objects {
				kind := "BASE TABLE"
				if m, ok := o.(*module); ok {
					if m.Kind != "V" {
						continue
					}
					kind = "VIEW"
				}
				if t, ok := o.(*table); ok && t.IsType {
					continue
				}
				rows = append(rows, []any{d.Name, o.info().Schema, o.info().Name, kind})
			}
			return rows
		}},
		"information_schema.columns": {viewColumns("TABLE_CATALOG nvarchar(128) null; TABLE_SCHEMA nvarchar(128) null; TABLE_NAME nvarchar(128); COLUMN_NAME nvarchar(128) null; ORDINAL_POSITION int null; COLUMN_DEFAULT nvarchar(4000) null; IS_NULLABLE varchar(3) null; DATA_TYPE nvarchar(128) null; CHARACTER_MAXIMUM_LENGTH int null; CHARACTER_OCTET_LENGTH int null; NUMERIC_PRECISION tinyint null; NUMERIC_PRECISION_RADIX smallint null; NUMERIC_SCALE int null; DATETIME_PRECISION smallint null; CHARACTER_SET_NAME nvarchar(128) null; COLLATION_NAME nvarchar(128) null"), schemaColumnRows},
		"information_schema.schemata": {viewColumns("CATALOG_NAME nvarchar(128) null; SCHEMA_NAME nvarchar(128); SCHEMA_OWNER nvarchar(128) null"), func(_ *Session, d *database) (rows [][]any) {
			for _, x := range d.schemas {
				rows = append(rows, []any{d.Name, x.Name, x.Owner})
			}
			return rows
		}},
	}
	sysViews["sys.all_sql_modules"] = sysViews["sys.sql_modules"]
	sysViews["sys.system_columns"] = &sysView{viewColumns("object_id int; name sysname null; column_id int; system_type_id tinyint; user_type_id int; max_length smallint; precision tinyint; scale tinyint; is_nullable bit null"),
		func(*Session, *database) (rows [][]any) {
			for at, name := range sortedKeys(sysViews) {
				for i, c := range sysViews[name].cols {
					t := sysTypeOf(c.typ)
					rows = append(rows, []any{-at - 1, c.name, i + 1, t.system, t.user, storageLength(c.typ), shownPrecision(c.typ), shownScale(c.typ), c.null})
				}
			}
			return rows
		}}
	for _, empty := range []string{"sys.synonyms", "sys.sequences", "sys.extended_properties", "sys.external_languages", "sys.external_libraries"} {
		sysViews[empty] = &sysView{viewColumns(emptyColumns[empty]), func(*Session, *database) [][]any { return nil }}
	}
	sysViews["sys.sysdatabases"] = &sysView{viewColumns("name sysname; dbid smallint null; crdate datetime"), func(s *Session, _ *database) (rows [][]any) {
		for _, r := range databaseRows(s, nil) {
			rows = append(rows, []any{r[0], r[1], r[4]})
		}
		return rows
	}}
	sysViews["sys.sysobjects"] = &sysView{viewColumns("name sysname; id int; xtype char(2); uid smallint null; crdate datetime; type char(2) null"), func(s *Session, d *database) (rows [][]any) {
		for _, r := range objectRows(s, d, "") {
			rows = append(rows, []any{r[0], r[1], r[5], 1, r[7], r[5]})
		}
		return rows
	}}
}

var emptyColumns = map[string]string{
	"sys.synonyms":            objectColumns + "; base_object_name nvarchar(1035) null",
	"sys.sequences":           objectColumns,
	"sys.extended_properties": "class tinyint; class_desc nvarchar(60) null; major_id int; minor_id int; name sysname; value sql_variant null",
	"sys.external_languages":  "external_language_id int; language sysname; create_date datetime2; principal_id int null",
	"sys.external_libraries":  "external_library_id int; name sysname; principal_id int null; language sysname null; scope int; scope_desc varchar(7)",
}

const objectColumns = "name sysname; object_id int; principal_id int null; schema_id int; parent_object_id int; type char(2) null; type_desc nvarchar(60) null; create_date datetime; modify_date datetime; is_ms_shipped bit; is_published bit; is_schema_published bit"

// sorted orders rows by their first column, so that views list the same way every time.
func sorted(rows [][]any) [][]any {
	sort.Slice(rows, func(i, j int) bool {
		a, _ := rows[i][0].(string)
		b, _ := rows[j][0].(string)
		return fold(a) < fold(b)
	})
	return rows
}

func (d *database) schemaID(name string) int {
	if x := d.schemas[fold(name)]; x != nil {
		return x.ID
	}
	return 1
}

func databaseRows(s *Session, _ *database) (rows [][]any) {
	for _, d := range s.catalog().databases {
		var sid any
		if l := s.catalog().logins[fold(d.Owner)]; l != nil {
			sid = loginSID(l)
		}
		rows = append(rows, []any{d.Name, d.ID, nil, sid, d.Created, 160, tsql.DefaultCollation, 0, "MULTI_USER", false, 0, "ONLINE", 1, true, 3, "SIMPLE", 0})
	}
	sort.Slice(rows, func(i, j int) bool { return rows[i][1].(int) < rows[j][1].(int) })
	return rows
}

func loginRows(s *Session, _ *database) (rows [][]any) {
	for _, l := range s.catalog().logins {
		rows = append(rows, []any{l.Name, l.ID, loginSID(l), "S", "SQL_LOGIN", l.Disabled, l.Created, l.Modified, l.DefaultDatabase, l.DefaultLanguage, false})
	}
	for i, r := range fixedServerRoles {
		rows = append(rows, []any{r, i + 2, nil, "R", "SERVER_ROLE", false, s.inst.started, s.inst.started, nil, nil, true})
	}
	return sorted(rows)
}

func sessionRows(s *Session, _ *database) (rows [][]any) {
	s.inst.mu.Lock()
	defer s.inst.mu.Unlock()
	for o := range s.inst.sessions {
		db := 1
		if d := s.catalog().database(o.current()); d != nil {
			db = d.ID
		}
		status := "sleeping"
		if o == s {
			status = "running"
		}
		rows = append(rows, []any{o.opt.SPID, local(o.began), o.opt.Host, o.opt.Program, nil, 7, o.opt.Library, o.login.Name, status, true, o.login.Name, db, 0, 2, "us_english", "mdy", 7,
			true, false, true, false, true, true, true, true, -1, 2147483647})
	}
	sort.Slice(rows, func(i, j int) bool { return rows[i][0].(int) < rows[j][0].(int) })
	return rows
}

func connectionRows(s *Session, _ *database) (rows [][]any) {
	s.inst.mu.Lock()
	defer s.inst.mu.Unlock()
	for o := range s.inst.sessions {
		encrypted := "FALSE"
		if o.opt.Encrypted {
			encrypted = "TRUE"
		}
		rows = append(rows, []any{o.opt.SPID, o.opt.SPID, local(o.began), "TCP", "TSQL", 1946157060, encrypted, "SQL", 0, 4096, empty(o.opt.ClientAddress), nil, empty(o.opt.LocalAddress), o.opt.LocalPort, o.id})
	}
	return rows
}

// transactionRows lists the sessions with an open transaction.
func transactionRows(s *Session, _ *database) (rows [][]any) {
	s.inst.mu.Lock()
	defer s.inst.mu.Unlock()
	for o := range s.inst.sessions {
		if id := o.openTran.Load(); id != 0 {
			rows = append(rows, []any{o.opt.SPID, int64(id), rowVersionBytes(id), 0, true, true, false, false, 1})
		}
	}
	return rows
}

func empty(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// local is a time as datetime columns show it: the server's wall clock.
func local(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/1e6*1e6, time.UTC)
}
