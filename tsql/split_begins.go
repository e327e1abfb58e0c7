package tsql

import "strings"

// begins tells whether the keyword in front, outside parentheses and CASE, begins a new statement. These keywords are reserved,
// so that they can't be names; but most of them have other uses too.
func (s *splitter) begins(t *tail) bool {
	if s.prevKind == TokenOp && !s.operatorEnds() {
		return false // GRANT SELECT, INSERT; FOR INSERT, UPDATE
	}
	w := s.word
	switch w {
	case wordSelect:
		return !s.joinsSelect(t)
	case wordInsert, wordDelete, wordUpdate, wordMerge:
		return !s.joinsChange(t)
	case wordSet:
		return !s.joinsSet(t)
	case wordExec, wordExecute:
		return !s.joinsExec(t)
	case wordIf:
		return !s.ifExists()
	case wordFetch:
		return !s.offsetFetch()
	case wordRollback:
		return s.prevWord != wordWith // SET SINGLE_USER WITH ROLLBACK IMMEDIATE
	case wordCreate, wordAlter, wordDrop, wordGrant, wordDeny, wordRevoke:
		return !s.joinsDDL(t)
	case wordBackup, wordShutdown, wordCheckpoint, wordKill:
		return !t.permissions()
	case wordDump, wordLoad: // old words for BACKUP and RESTORE, and names on other engines
		next := s.peekWord()
		return (next == wordDatabase || next == wordTran || next == wordTransaction) && !t.permissions()
	case wordReconfigure:
		return !t.action()
	case wordTruncate: // the ODBC function, {fn truncate(...)}
		return !s.peekIs("(")
	case wordRevert:
		return s.prevWord != wordNo // EXECUTE AS LOGIN = '...' WITH NO REVERT
	case wordEnable, wordDisable:
		if t.table && t.action() {
			return false
		}
	case wordAdd:
		if s.beginsAdd() {
			return true
		}
		t.action()
		return false
	case wordBulk:
		return s.peekWord() == wordInsert && !t.permissions()
	case wordBegin, wordWhile, wordReturn, wordBreak, wordContinue, wordGoto, wordDeclare, wordPrint, wordRaiserror,
		wordClose, wordOpen, wordDeallocate, wordWaitfor, wordUse, wordDbcc, wordCommit, wordSave,
		wordSetuser, wordLineno, wordReadtext, wordWritetext, wordUpdatetext, wordRestore:
		return true
	case wordRebuild, wordReorganize, wordModify, wordSwitch, wordRemove, wordStart, wordStop, wordResume, wordPause, wordAbort,
		wordSplit, wordNext, wordJoin, wordFailover, wordForce, wordOffline, wordState, wordRestart, wordRegenerate,
		wordTransfer, wordReset, wordNocheck, wordCheck, wordCollate:
		t.action()
	}
	return !w.reserved() && (s.beginsUnreserved(t.expr) || s.atLabel())
}

// permissions tells whether the statement is a GRANT, DENY or REVOKE before its TO or FROM: keywords are permissions there.
func (t *tail) permissions() bool {
	return (t.verb == wordGrant || t.verb == wordDeny || t.verb == wordRevoke) && !t.done
}

// action tells whether the statement is an ALTER whose action has not come yet, which then has come.
func (t *tail) action() bool {
	first := t.verb == wordAlter && !t.done
	t.done = t.done || first
	return first
}

// main takes the word in front for the verb behind common table expressions, if one is waited for.
func (t *tail) main(w word) bool {
	if !t.cte {
		return false
	}
	t.cte = false
	if t.verb == wordWith {
		t.verb, t.done = w, false
	}
	return true
}

// joinsSelect tells whether SELECT in front belongs to the statement.
func (s *splitter) joinsSelect(t *tail) bool {
	switch s.prevWord {
	case wordUnion, wordExcept, wordIntersect, wordFor, wordAs, wordExplain, wordOffsets:
		return true
	case wordAll:
		if t.verb == wordSelect || t.verb == wordInsert || t.verb == wordCreate || t.verb == wordDeclare || t.verb == wordSet {
			return true
		}
	}
	if t.verb == wordInsert && !t.done {
		t.done = true
		return true
	}
	return t.main(wordSelect) || t.permissions()
}

// joinsChange tells whether INSERT, UPDATE, DELETE or MERGE in front belongs to the statement.
func (s *splitter) joinsChange(t *tail) bool {
	w := s.word
	switch s.prevWord {
	case wordFor, wordExplain:
		return true
	case wordAfter, wordBefore, wordOf:
		if t.verb == wordCreate || t.verb == wordAlter {
			return true // security policies
		}
	case wordThen:
		if t.verb == wordMerge {
			return true
		}
	case wordBulk:
		return w == wordInsert
	case wordOn:
		if t.table {
			return true // ON DELETE CASCADE
		}
	}
	switch w {
	case wordUpdate, wordInsert:
		if s.peekIs("(") || s.peekWord() == wordPopulation {
			return true // the functions UPDATE(column) and {fn insert(...)}, ALTER FULLTEXT INDEX
		}
	case wordMerge:
		if s.peekWord() == wordJoin || t.action() {
			return true // a hint, ALTER PARTITION FUNCTION
		}
	}
	return t.main(w) || t.permissions()
}

// joinsSet tells whether SET in front belongs to the statement.
func (s *splitter) joinsSet(t *tail) bool {
	if t.verb == wordUpdate && !t.done {
		t.done = true
		return true
	}
	if t.verb == wordMerge && s.prevWord == wordUpdate || t.action() {
		return true
	}
	next := s.peek()
	return next.Is(s.src, "(") || next.Is(s.src, "NULL") || next.Is(s.src, "DEFAULT") // ON DELETE SET NULL
}

// joinsExec tells whether EXEC in front belongs to the statement. It ends an INSERT whose source it is.
func (s *splitter) joinsExec(t *tail) bool {
	if t.permissions() || s.prevWord == wordExplain || s.prevWord == wordOffsets {
		return true
	}
	if s.peekWord() == wordAs {
		return s.prevWord == wordWith
	}
	if t.verb == wordInsert && !t.done {
		t.done, t.exec = true, true
	}
	return false
}

// joinsDDL tells whether CREATE, ALTER, DROP, GRANT, DENY or REVOKE in front belongs to the statement.
func (s *splitter) joinsDDL(t *tail) bool {
	switch s.word {
	case wordCreate:
		if s.prevWord == wordGrant || s.prevWord == wordDeny {
			return true // ALTER AVAILABILITY GROUP ... GRANT CREATE ANY DATABASE
		}
		return t.schema || t.permissions()
	case wordGrant, wordDeny, wordRevoke:
		if s.prevWord == wordWith || t.permissions() {
			return true // WITH GRANT OPTION, REVOKE GRANT OPTION FOR
		}
		if t.schema {
			t.verb, t.done = s.word, false
			return true
		}
		return t.action()
	case wordAlter:
		if s.prevWord == wordOr || t.permissions() {
			return true // CREATE OR ALTER
		}
		switch s.peekWord() {
		case wordColumn, wordFilter, wordBlock:
			return t.action()
		case wordIndex:
			return t.table && t.action()
		}
		return false
	}
	return s.dropsPart(t) || t.permissions() || t.action()
}

// dropsPart tells whether DROP in front can only be an action of ALTER.
func (s *splitter) dropsPart(t *tail) bool {
	if t.verb != wordAlter {
		return false
	}
	next := s.peek()
	if next.Kind != TokenIdent {
		return false
	}
	switch lookupWord(next.Text(s.src)) {
	case wordTarget, wordFile: // of an event session, of an assembly
	case wordEvent:
		r := s.reader
		r.next()
		if r.peekWord() != wordNone || r.peekIs("SESSION") || r.peekIs("NOTIFICATION") {
			return false
		}
	case wordNone, wordNot:
		if !alterColumnDrop[strings.ToUpper(next.Text(s.src))] {
			return false
		}
	default:
		return false
	}
	t.action()
	return true
}

// alterColumnDrop are the properties that ALTER TABLE ... ALTER COLUMN ... DROP takes away.
var alterColumnDrop = map[string]bool{"ROWGUIDCOL": true, "PERSISTED": true, "NOT": true, "SPARSE": true, "HIDDEN": true, "MASKED": true,
	"STATISTICAL_SEMANTICS": true}

// ifExists tells whether IF in front is the option of DDL: [NOT] EXISTS and a name follow.
func (s *splitter) ifExists() bool {
	r := s.reader
	r.next()
	if r.word == wordNot {
		r.next()
	}
	if r.word != wordExists {
		return false
	}
	r.next()
	return !r.is("(")
}

// offsetFetch tells whether FETCH in front belongs to OFFSET n ROWS FETCH NEXT m ROWS ONLY.
func (s *splitter) offsetFetch() bool {
	if s.prevWord != wordRow && s.prevWord != wordRows {
		return false
	}
	r := s.reader
	r.next()
	if r.word != wordNext && r.word != wordFirst {
		return false
	}
	r.next()
	return r.word != wordFrom
}

// beginsAdd tells whether ADD in front begins a statement.
func (s *splitter) beginsAdd() bool {
	w := s.peekWord()
	return w == wordSignature || w == wordCounter || w == wordSensitivity
}
