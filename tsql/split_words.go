package tsql

import "strings"

// word is a keyword that the splitter knows; 0 is any other token.
type word uint8

const (
	wordNone word = iota
	wordAbort
	wordAdd
	wordAfter
	wordAll
	wordAlter
	wordAnd
	wordAnsiNulls
	wordAnsiPadding
	wordAnsiWarnings
	wordAny
	wordArithabort
	wordAs
	wordAt
	wordAtomic
	wordBackup
	wordBefore
	wordBegin
	wordBetween
	wordBlock
	wordBreak
	wordBulk
	wordCase
	wordCatch
	wordCheck
	wordCheckpoint
	wordClose
	wordClustered
	wordCollate
	wordColumn
	wordColumnstore
	wordCommit
	wordConcatNullYieldsNull
	wordContextInfo
	wordContinue
	wordConversation
	wordCopy
	wordCounter
	wordCreate
	wordCursor
	wordDatabase
	wordDatefirst
	wordDateformat
	wordDbcc
	wordDeadlockPriority
	wordDeallocate
	wordDeclare
	wordDefault
	wordDelete
	wordDeny
	wordDialog
	wordDisable
	wordDistributed
	wordDrop
	wordDump
	wordElse
	wordEnable
	wordEnd
	wordEntitlement
	wordEscape
	wordEvent
	wordExcept
	wordExec
	wordExecute
	wordExists
	wordExplain
	wordExternal
	wordFailover
	wordFetch
	wordFile
	wordFilter
	wordFirst
	wordFmtonly
	wordFor
	wordForce
	wordFrom
	wordFunction
	wordGenerated
	wordGet
	wordGoto
	wordGrant
	wordIdentityInsert
	wordIf
	wordImplicitTransactions
	wordIn
	wordIndex
	wordInsert
	wordIntersect
	wordInto
	wordIs
	wordJoin
	wordKill
	wordLanguage
	wordLike
	wordLineno
	wordLoad
	wordLockTimeout
	wordLogin
	wordMerge
	wordModify
	wordMove
	wordNext
	wordNo
	wordNocheck
	wordNocount
	wordNoexec
	wordNonclustered
	wordNot
	wordNull
	wordNumericRoundabort
	wordObject
	wordOf
	wordOff
	wordOffline
	wordOffsets
	wordOn
	wordOpen
	wordOr
	wordOutput
	wordParseonly
	wordPartition
	wordPause
	wordPopulation
	wordPrint
	wordProc
	wordProcedure
	wordQuotedIdentifier
	wordRaiserror
	wordRange
	wordReadonly
	wordReadtext
	wordRebuild
	wordReceive
	wordReconfigure
	wordRegenerate
	wordRemove
	wordRename
	wordReorganize
	wordReset
	wordRestart
	wordRestore
	wordResume
	wordReturn
	wordReturns
	wordRevert
	wordRevoke
	wordRole
	wordRollback
	wordRow
	wordRowcount
	wordRows
	wordSave
	wordSchema
	wordSelect
	wordSend
	wordSensitivity
	wordSequence
	wordSet
	wordSetuser
	wordShutdown
	wordSignature
	wordSome
	wordSplit
	wordStart
	wordState
	wordStatistics
	wordStop
	wordSwitch
	wordSynonym
	wordTable
	wordTarget
	wordTextsize
	wordThen
	wordThrow
	wordTo
	wordTop
	wordTran
	wordTransaction
	wordTransfer
	wordTrigger
	wordTruncate
	wordTry
	wordType
	wordUnion
	wordUnique
	wordUpdate
	wordUpdatetext
	wordUse
	wordUser
	wordValues
	wordView
	wordWaitfor
	wordWhen
	wordWhile
	wordWith
	wordWork
	wordWritetext
	wordXactAbort
	wordXmlnamespaces
)

// wordTexts are the words in the order of the constants above.
var wordTexts = strings.Fields("NONE " +
	"ABORT ADD AFTER ALL ALTER AND ANSI_NULLS ANSI_PADDING ANSI_WARNINGS ANY ARITHABORT AS AT ATOMIC BACKUP BEFORE BEGIN " +
	"BETWEEN BLOCK BREAK BULK CASE CATCH CHECK CHECKPOINT CLOSE CLUSTERED COLLATE COLUMN COLUMNSTORE COMMIT " +
	"CONCAT_NULL_YIELDS_NULL CONTEXT_INFO CONTINUE CONVERSATION COPY COUNTER CREATE CURSOR DATABASE DATEFIRST DATEFORMAT " +
	"DBCC DEADLOCK_PRIORITY DEALLOCATE DECLARE DEFAULT DELETE DENY DIALOG DISABLE DISTRIBUTED DROP DUMP ELSE ENABLE END " +
	"ENTITLEMENT ESCAPE EVENT EXCEPT EXEC EXECUTE EXISTS EXPLAIN EXTERNAL FAILOVER FETCH FILE FILTER FIRST FMTONLY FOR " +
	"FORCE FROM FUNCTION GENERATED GET GOTO GRANT IDENTITY_INSERT IF IMPLICIT_TRANSACTIONS IN INDEX INSERT INTERSECT " +
	"INTO IS JOIN KILL LANGUAGE LIKE LINENO LOAD LOCK_TIMEOUT LOGIN MERGE MODIFY MOVE NEXT NO NOCHECK NOCOUNT NOEXEC " +
	"NONCLUSTERED NOT NULL NUMERIC_ROUNDABORT OBJECT OF OFF OFFLINE OFFSETS ON OPEN OR OUTPUT PARSEONLY PARTITION PAUSE " +
	"POPULATION PRINT PROC PROCEDURE QUOTED_IDENTIFIER RAISERROR RANGE READONLY READTEXT REBUILD RECEIVE RECONFIGURE " +
	"REGENERATE REMOVE RENAME REORGANIZE RESET RESTART RESTORE RESUME RETURN RETURNS REVERT REVOKE ROLE ROLLBACK ROW " +
	"ROWCOUNT ROWS SAVE SCHEMA SELECT SEND SENSITIVITY SEQUENCE SET SETUSER SHUTDOWN SIGNATURE SOME SPLIT START STATE " +
	"STATISTICS STOP SWITCH SYNONYM TABLE TARGET TEXTSIZE THEN THROW TO TOP TRAN TRANSACTION TRANSFER TRIGGER TRUNCATE " +
	"TRY TYPE UNION UNIQUE UPDATE UPDATETEXT USE USER VALUES VIEW WAITFOR WHEN WHILE WITH WORK WRITETEXT XACT_ABORT " +
	"XMLNAMESPACES ")

const (
	wordSlots = 2048
	wordMax   = 24
)

// wordsByHash finds words by their hash; what collides stands in the next slot that is free.
var wordsByHash = func() (t [wordSlots]word) {
	for i, s := range wordTexts[1:] {
		h := wordHash(s)
		for t[h] != wordNone {
			h = (h + 1) % wordSlots
		}
		t[h] = word(i + 1)
	}
	return t
}()

func wordHash(s string) uint32 {
	n := len(s)
	h := uint32(n)
	for _, c := range [...]byte{s[0], s[1], s[n/2], s[n-1]} {
		h = h*37 + uint32(c|0x20)
	}
	return (h ^ h>>10) % wordSlots
}

// lookupWord returns the word that s is, in any case.
func lookupWord(s string) word {
	if len(s) < 2 || len(s) > wordMax {
		return wordNone
	}
	for h := wordHash(s); ; h = (h + 1) % wordSlots {
		w := wordsByHash[h]
		if w == wordNone || equalFoldASCII(s, wordTexts[w]) {
			return w
		}
	}
}

func (w word) String() string { return wordTexts[w] }

// wordsReserved tells which words are reserved.
var wordsReserved = func() (t [256]bool) {
	for i, s := range wordTexts[1:] {
		t[i+1] = reserved[s]
	}
	return t
}()

// reserved tells whether w can't be a name. Words that the splitter does not know may be reserved too.
func (w word) reserved() bool { return wordsReserved[w] }
