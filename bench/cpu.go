package bench

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// tick is the unit in which Linux tells processor time, on every machine it runs on.
const tick = 10 * time.Millisecond

// work is the processor time of processes, by their ids. What a busy neighbour does
// to a rate it does not do to this.
type work map[string]time.Duration

// since is what was worked after before; a process that came meanwhile counts whole,
// one that ended counts nothing.
func (w work) since(before work) (sum time.Duration) {
	for pid, t := range w {
		sum += t - before[pid]
	}
	return sum
}

// workOf reads the processor time of processes from Linux. One that is gone, and any
// elsewhere, is left out.
func workOf(pids ...string) work {
	w := work{}
	for _, pid := range pids {
		b, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
		if err != nil {
			continue
		}
		// The name in brackets may hold anything; user and system time are the 12th and 13th after it.
		f := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
		if len(f) < 13 {
			continue
		}
		user, err1 := strconv.ParseInt(string(f[11]), 10, 64)
		system, err2 := strconv.ParseInt(string(f[12]), 10, 64)
		if err1 == nil && err2 == nil {
			w[pid] = time.Duration(user+system) * tick
		}
	}
	return w
}

// Work is the processor time of the cluster's processes, where it runs on this machine.
func (c *Cluster) Work(ctx context.Context) (work, error) {
	conn, err := pgx.ConnectConfig(ctx, c.admin)
	if err != nil {
		return nil, err
	}
	rows, err := conn.Query(ctx, "SELECT pid::text FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
	if err != nil {
		return nil, errors.Join(err, conn.Close(ctx))
	}
	pids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return workOf(pids...), errors.Join(err, conn.Close(ctx))
}
