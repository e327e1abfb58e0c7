package integration

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
)

// soakTally is what became of the calls.
type soakTally struct {
	ok, failed, cancelled, left atomic.Int64

	mu    sync.Mutex
	texts map[string]int // of errors that were not meant, without what differs
}

func (c *soakTally) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	text := fmt.Sprintf("%d succeeded, %d failed, %d cancelled, %d left by their client",
		c.ok.Load(), c.failed.Load(), c.cancelled.Load(), c.left.Load())
	var lines []string
	for t, n := range c.texts {
		lines = append(lines, fmt.Sprintf("\n%6d %s", n, t))
	}
	slices.Sort(lines)
	return text + strings.Join(lines, "")
}

// soakClient is one user with one connection at a time.
type soakClient struct {
	t      *testing.T
	server *server
	random *rand.Rand
	tally  *soakTally
	db     *sql.DB
	dialer soakDialer
}

// soakDialer remembers the connection, so that it can be torn off.
type soakDialer struct{ conn atomic.Pointer[net.Conn] }

func (d *soakDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := new(net.Dialer).DialContext(ctx, network, address)
	if err == nil {
		d.conn.Store(&c)
	}
	return c, err
}

// call makes one call of a random kind.
func (c *soakClient) call() {
	if c.db == nil {
		connector, err := mssql.NewConnector(c.server.dsn(nil))
		if err != nil {
			c.t.Error(err)
			return
		}
		connector.Dialer = &c.dialer
		c.db = sql.OpenDB(connector)
		c.db.SetMaxOpenConns(1)
	}
	ctx, cancel := soakContext()
	defer cancel()
	moment := time.Duration(c.random.IntN(100)) * time.Millisecond
	switch kind := c.random.IntN(8); kind {
	case 0:
		c.ended(ctx, c.run(ctx, "raise ValueError('meant')"), "meant")
	case 1:
		defer time.AfterFunc(moment, cancel).Stop()
		c.ended(ctx, c.run(ctx, "import time; time.sleep(60)"), "never")
	case 2:
		c.leave(ctx, moment)
	case 3:
		c.ended(ctx, c.run(ctx, "import time; time.sleep(0.05)"), "")
	case 4:
		c.ended(ctx, c.run(ctx, "import subprocess; subprocess.Popen(['sleep', '1000'], start_new_session=True)"), "")
	default:
		c.ended(ctx, c.sum(ctx), "")
	}
}

func (c *soakClient) run(ctx context.Context, script string) error {
	_, err := c.db.ExecContext(ctx, py(script))
	return err
}

// sum has a script add up what a query gives.
func (c *soakClient) sum(ctx context.Context) error {
	a, b, got := c.random.IntN(1000), c.random.IntN(1000), 0
	err := c.db.QueryRowContext(ctx, py("OutputDataSet = InputDataSet.sum().to_frame()",
		fmt.Sprintf("@input_data_1 = N'SELECT %d AS a UNION ALL SELECT %d'", a, b), "WITH RESULT SETS ((s int))")).Scan(&got)
	if err == nil && got != a+b {
		err = fmt.Errorf("%d and %d are not %d", a, b, got)
	}
	return err
}

// leave tears the connection off in the middle of a call; the next one brings a session of its own.
func (c *soakClient) leave(ctx context.Context, moment time.Duration) {
	if err := c.db.PingContext(ctx); err != nil {
		c.t.Errorf("before leaving: %v", err)
	}
	conn := *c.dialer.conn.Load()
	defer time.AfterFunc(moment, func() { conn.Close() }).Stop()
	err := c.run(ctx, "import time; time.sleep(60)")
	if err == nil || ctx.Err() != nil {
		c.t.Errorf("a call whose connection is torn off: %v", err)
	}
	c.tally.left.Add(1)
	c.close()
}

// reasons are what a caller may read of a process that was killed.
var reasons = regexp.MustCompile(`ended before the script was done: (killed by signal|the launcher ended|it closed its connection)|` +
	`launcher is gone.*Retry`)

var differs = regexp.MustCompile(`[0-9A-Fa-f]{8}-[0-9A-Fa-f-]{27}|\b[0-9]+\b`)

// ended counts what has become of a call that was to fail with want, or not to.
func (c *soakClient) ended(ctx context.Context, err error, want string) {
	var told mssql.Error
	switch {
	case ctx.Err() == context.Canceled:
		c.tally.cancelled.Add(1)
	case ctx.Err() != nil:
		c.t.Errorf("a call did not end: %v", err)
	case err == nil && want == "":
		c.tally.ok.Add(1)
	case err == nil:
		c.t.Errorf("a script that fails with %q gave no error", want)
	case !errors.As(err, &told):
		c.t.Errorf("not an error of the server: %v", err)
	default:
		c.tally.failed.Add(1)
		var texts []string
		for _, e := range told.All {
			texts = append(texts, fmt.Sprintf("%d %s", e.Number, strings.ReplaceAll(e.Message, "\n", " ")))
		}
		text := strings.Join(texts, " | ")
		if want != "" && strings.Contains(text, want) {
			return
		}
		if !reasons.MatchString(text) {
			c.t.Errorf("an error that does not say why: %s", text)
		}
		c.tally.mu.Lock()
		defer c.tally.mu.Unlock()
		c.tally.texts[differs.ReplaceAllString(text, "N")]++
	}
}

func (c *soakClient) close() {
	if c.db != nil {
		c.db.Close()
		c.db = nil
	}
}
