package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// bench is what the sections share: the parts that run, and the table.
type bench struct {
	options
	table    table
	failures []error
	dir      string
	parts    []*process

	source          string // addresses
	plain, secure   proxies
	haproxy         *process // both ways
	product         struct{ plain, secure *process }
	certificateFile string
}

// proxies are the addresses of those that stand before the source.
type proxies struct{ haproxy, product string }

func newBench(ctx context.Context, o options) (b *bench, err error) {
	b = &bench{options: o}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.close())
		}
	}()
	if b.dir, err = os.MkdirTemp("", "tds-launchpad-bench-"); err != nil {
		return b, err
	}
	// As root, serve goes on as another user, who has to get through.
	if err = os.Chmod(b.dir, 0o711); err != nil {
		return b, err
	}
	if b.certificateFile, err = makeCertificate(b.dir); err != nil {
		return b, err
	}
	source, address, err := startSource(b.certificateFile)
	if err != nil {
		return b, err
	}
	b.parts, b.source = append(b.parts, source), address

	b.haproxy, b.plain.haproxy, b.secure.haproxy, err = startHAProxy(b.dir, address, b.certificateFile)
	if err != nil {
		return b, err
	}
	b.parts = append(b.parts, b.haproxy)

	for _, p := range []struct {
		name    string
		args    []string
		address *string
		process **process
	}{
		{"plain", []string{"--engine-encryption", "off"}, &b.plain.product, &b.product.plain},
		{"secure", []string{"--engine-encryption", "strict", "--engine-trust"}, &b.secure.product, &b.product.secure},
	} {
		*p.process, *p.address, err = startProduct(b.dir, p.name, b.program, b.source, b.certificateFile, p.args...)
		if err != nil {
			return b, err
		}
		b.parts = append(b.parts, *p.process)
	}
	return b, ctx.Err()
}

// close stops the parts, those in front first.
func (b *bench) close() error {
	var errs []error
	for i := len(b.parts) - 1; i >= 0; i-- {
		errs = append(errs, b.parts[i].stop())
	}
	b.parts = nil
	if b.dir != "" {
		errs = append(errs, os.RemoveAll(b.dir))
	}
	return errors.Join(errs...)
}

// lastWords are the errors and warnings of the parts, and which of them have ended.
func (b *bench) lastWords() []error {
	var errs []error
	for _, p := range b.parts {
		select {
		case <-p.exited:
			errs = append(errs, fmt.Errorf("%s has ended:\n%s", p.name, &p.log))
		default:
			if words := p.log.String(); words != "" {
				errs = append(errs, fmt.Errorf("%s says:\n%s", p.name, words))
			}
		}
	}
	return errs
}

// scaled scales a duration or an amount by the option.
func (b *bench) scaled(n int) int { return max(1, int(float64(n)*b.scale)) }

func (b *bench) lasting(d time.Duration) time.Duration {
	return time.Duration(float64(d) * b.scale)
}
