// Package source is a TDS server without a database, for measuring what stands in
// front of it: it writes result sets from memory, packets ready made, as fast as
// the peer takes them.
//
// It logs everybody in (MS-TDS 2.2.6.4, 2.2.6.5; TDS 7.x without encryption, and
// 8.0), answers any text with
//
//	SELECT * FROM source.KIND(ROWS)
//
// in a batch or as the statement of sp_executesql by that many rows (kinds.go has
// the kinds), FlowQuery by when the last of them were in flow (flow.go), a SELECT
// without FROM by one row (constants.go), and everything else by an empty DONE.
// Start reading at server.go.
package source
