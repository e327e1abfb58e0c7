package proxy

import (
	"crypto/sha256"
	"strings"
	"sync"
)

// A batch with an error of syntax must not run in part. Since the engine sees only parts of it, it
// is asked for the whole first, under SET PARSEONLY, which executes nothing.

// parsedTexts remembers texts that an engine has found in order.
type parsedTexts struct {
	mu    sync.Mutex
	known map[[sha256.Size]byte]bool
}

// maxParsed bounds the memory for hashes of texts: 4,096 take some 200 KB. When it is reached the whole
// is forgotten, which costs each text one more look.
const maxParsed = 4096

func (t *parsedTexts) has(text string, options int64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.known[hashText(text, options)]
}

func (t *parsedTexts) add(text string, options int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil || len(t.known) >= maxParsed {
		t.known = map[[sha256.Size]byte]bool{}
	}
	t.known[hashText(text, options)] = true
}

// hashText is the text's hash under the settings that change what it means.
func hashText(text string, options int64) [sha256.Size]byte {
	if options&optionQuotedIdentifier != 0 {
		text += "\x00q"
	}
	return sha256.Sum256([]byte(text))
}

// checkSyntax asks the engine whether it can parse the text. Its error is the answer to the whole
// request.
func (p *plan) checkSyntax(text string) error {
	if text == "" || p.server.parsed.has(text, p.facts.options) {
		return nil
	}
	err := p.helper("SET PARSEONLY ON")
	if err == nil {
		err = p.helper(text)
	}
	// Even if switching it on has been cancelled: it may have happened all the same.
	if off := p.insisting(func() error { return p.helper("SET PARSEONLY OFF") }); off != nil {
		return off
	}
	if err == nil {
		p.server.parsed.add(text, p.facts.options)
	}
	return err
}

// declared are DECLAREs of what an RPC declares for its text: an engine may look for them even if it only parses.
func (p *plan) declared() string {
	if p.req.text == "" || p.req.outer == nil || len(p.req.outer.decls) == 0 {
		return ""
	}
	list := make([]string, len(p.req.outer.decls))
	for i, d := range p.req.outer.decls {
		list[i] = "@" + d.Name + " " + d.Type.String()
	}
	return "DECLARE " + strings.Join(list, ", ") + "; "
}

// insisting runs requests of ours that undo something: they are sent although the client has
// cancelled.
func (p *plan) insisting(f func() error) error {
	p.insist = true
	defer func() { p.insist = false }()
	return f()
}
