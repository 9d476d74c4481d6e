//go:build linux

package faults

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// cluster is a PostgreSQL cluster of the test's own, which syncs what it acknowledges.
type cluster struct {
	t          *testing.T
	bin, dir   string
	port       int
	as         *syscall.Credential // PostgreSQL does not run as root
	postmaster *exec.Cmd
	log        journal
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{t: t, port: freePort(t)}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // where Debian keeps it
	if path, err := exec.LookPath("initdb"); err == nil {
		found = append(found, path)
	}
	if len(found) == 0 {
		const why = "no initdb at hand: install PostgreSQL"
		if os.Getenv("REQUIRE_POSTGRES") == "1" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	c.bin = filepath.Dir(found[len(found)-1])
	var err error
	c.dir, err = os.MkdirTemp("", "yishi-faults-") // t.TempDir is closed to other users
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(c.dir) })
	if os.Geteuid() == 0 {
		u, err := user.Lookup("postgres")
		require.NoError(t, err)
		uid, err := strconv.Atoi(u.Uid)
		require.NoError(t, err)
		gid, err := strconv.Atoi(u.Gid)
		require.NoError(t, err)
		c.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		require.NoError(t, os.Chown(c.dir, uid, gid))
	}
	out, err := c.command("initdb", "-D", c.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync").CombinedOutput()
	require.NoError(t, err, string(out))
	c.start()
	t.Cleanup(c.kill)
	c.exec("CREATE DATABASE yishi")
	return c
}

func (c *cluster) data() string { return filepath.Join(c.dir, "data") }

func (c *cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	cmd.Dir, cmd.SysProcAttr = c.dir, &syscall.SysProcAttr{Credential: c.as}
	return cmd
}

func (c *cluster) dsn(database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", c.port, database)
}

// start starts the cluster and waits until it answers, after its recovery.
func (c *cluster) start() {
	c.t.Helper()
	c.postmaster = c.command("postgres", "-D", c.data(), "-p", strconv.Itoa(c.port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories="+c.dir, "-c", "fsync=on", "-c", "full_page_writes=on", "-c", "max_connections=150")
	c.postmaster.Stderr = &c.log
	require.NoError(c.t, c.postmaster.Start())
	eventually(c.t, "PostgreSQL answers", func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		conn, err := pgx.Connect(ctx, c.dsn("postgres"))
		return err == nil && conn.Close(ctx) == nil
	})
}

func (c *cluster) exec(sql string) {
	c.t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, c.dsn("postgres"))
	require.NoError(c.t, err)
	_, err = conn.Exec(ctx, sql)
	require.NoError(c.t, err)
	require.NoError(c.t, conn.Close(ctx))
}

// kill ends the postmaster and all it started at one instant, as a power cut of its
// machine would but for what the system still holds of its writes.
func (c *cluster) kill() {
	if c.postmaster == nil {
		return
	}
	if c.t.Failed() {
		c.t.Log(c.log.odd())
	}
	parent := c.postmaster.Process.Pid
	_ = syscall.Kill(parent, syscall.SIGSTOP)
	eventually(c.t, "the postmaster starts no more", func() bool { return stopped(parent) })
	children := childrenOf(parent)
	for _, pid := range append(children, parent) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	_ = c.postmaster.Wait()
	c.postmaster = nil
	eventually(c.t, "the cluster's processes are gone", func() bool {
		return !slices.ContainsFunc(children, func(pid int) bool { return parentOf(pid) == parent })
	})
}

// childrenOf gives the processes that a process of ours has started.
func childrenOf(parent int) (pids []int) {
	all, _ := os.ReadDir("/proc")
	for _, e := range all {
		if pid, err := strconv.Atoi(e.Name()); err == nil && parentOf(pid) == parent {
			pids = append(pids, pid)
		}
	}
	return pids
}

// parentOf is nought for a process that is not there.
func parentOf(pid int) int {
	f := statOf(fmt.Sprintf("/proc/%d/stat", pid))
	if len(f) < 2 || f[0] == "Z" {
		return 0
	}
	parent, _ := strconv.Atoi(f[1])
	return parent
}

// stopped reports whether all threads of a process stand still.
func stopped(pid int) bool {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	for _, thread := range threads {
		if f := statOf(thread); len(f) > 0 && f[0] != "T" {
			return false
		}
	}
	return len(threads) > 0
}

// statOf gives the fields behind the name of a process or thread: its state first.
func statOf(file string) []string {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	return strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
}
