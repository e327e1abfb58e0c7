package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

func isTerminal(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}

// prompter reads lines that someone types, as sqlcmd does: each line of a batch
// is prompted for with its number, and a line exit or quit ends the input.
type prompter struct {
	lines *bufio.Reader
	out   io.Writer
	line  int // of the batch, from 1
	rest  string
}

func newPrompter(in io.Reader, out io.Writer) *prompter {
	return &prompter{lines: bufio.NewReader(in), out: out, line: 1}
}

// Read gives at most one line, so that a batch runs as soon as its GO is typed.
func (p *prompter) Read(b []byte) (int, error) {
	if p.rest == "" {
		fmt.Fprintf(p.out, "%d> ", p.line)
		line, err := p.lines.ReadString('\n')
		if err != nil && line == "" {
			fmt.Fprintln(p.out)
			return 0, err
		}
		p.line++
		switch word := strings.ToLower(strings.TrimSpace(line)); {
		case word == "exit" || word == "quit":
			return 0, io.EOF
		case word == "go" || strings.HasPrefix(word, "go "):
			p.line = 1
		}
		p.rest = line
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// askPassword reads a password from the terminal without showing it.
func askPassword(terminal *os.File) (string, error) {
	fd := int(terminal.Fd())
	before, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return "", err
	}
	silent := *before
	silent.Lflag &^= unix.ECHO
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, &silent); err != nil {
		return "", err
	}
	defer unix.IoctlSetTermios(fd, unix.TCSETS, before) //nolint:errcheck // nothing can be done about it
	fmt.Fprint(os.Stderr, "Password: ")
	defer fmt.Fprintln(os.Stderr)
	// Byte by byte: what follows the line is not ours.
	var password []byte
	for b := make([]byte, 1); ; {
		if _, err := terminal.Read(b); errors.Is(err, io.EOF) || err == nil && b[0] == '\n' {
			return string(password), nil
		} else if err != nil {
			return "", err
		}
		password = append(password, b[0])
	}
}
