package proxy

import "tds-launchpad/tds"

// A plan's answer is stitched together out of several answers of the engine and results of
// scripts. Whether a DONE is the last one is known only when nothing follows, so the latest is
// held back: DONE_MORE is set when something follows it, and only then.

// heldDone is the DONE that has not been written yet.
type heldDone struct {
	done tds.Done
	held bool
}

// hold makes d the latest DONE of the answer.
func (c *scriptCall) hold(d tds.Done) {
	c.emit(nil) // writes the one before
	d.Status &^= tds.DoneMore | tds.DoneAttn
	c.latest = heldDone{d, true}
}

// releaseDone appends the DONE that is held back, if there is one.
func (c *scriptCall) releaseDone(dst []byte, more bool) []byte {
	if !c.latest.held {
		return dst
	}
	c.latest.held = false
	d := c.latest.done
	if more {
		d.Status |= tds.DoneMore
	}
	return d.Append(dst, c.format.Version)
}

// finishAnswer writes the last DONE of a stitched answer.
func (c *scriptCall) finishAnswer() {
	if !c.latest.held || c.latest.done.Token == tds.TokenDoneInProc {
		c.hold(tds.Done{Token: tds.TokenDone, Status: c.latest.done.Status&tds.DoneError | c.inTransaction()})
	}
	out := c.releaseDone(nil, false)
	_, _ = c.write(out)
}
