// Package engine is how Yishi reaches a Temporal service. It has three forms:
//
//   - Trial: a Temporal server inside this process, on two SQLite files in the data
//     folder. Nothing to install. It is for trying Yishi and for small use: the
//     makers of Temporal call SQLite fit for testing and development only, and
//     support neither files kept for long nor their upgrade. What can be mended is
//     mended here (each commit reaches the disk, a second process is refused, files
//     are backed up and brought forward, the loopback ports ask for a certificate),
//     but it stays one writer on one machine.
//   - OneNode: the same server inside this process, on PostgreSQL. This is the honest
//     form for one machine that matters, a street office say. The engine keeps two
//     databases of its own, for a database yishi yishi_temporal and yishi_temporal_visibility, on the
//     server it is given. One process at a time, and no pooler in transaction mode
//     in between, since the process holds a session lock.
//   - Cluster: a Temporal service that others run, with as many servers and workers
//     as needed. Address, namespace, TLS and API key come from Temporal's usual
//     environment variables and profile file.
//
// A build with the tag noengine leaves the server out and knows Cluster only.
//
// The embedded forms open four ports on the loopback interface. Each asks for a
// certificate that is made at the start and never leaves the memory of this process, so
// other users of the machine cannot read or end a procedure.
package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"go.temporal.io/sdk/client"
)

// Form says where the Temporal service is.
type Form string

// The forms; the package comment says what each is good for.
const (
	Trial   Form = "trial"    // in this process, on SQLite files
	OneNode Form = "one_node" // in this process, on PostgreSQL
	Cluster Form = "cluster"  // elsewhere
)

// UIPath is the path that the handler of Engine.UI must be mounted at, unstripped.
const UIPath = "/engine"

// DefaultNamespace and DefaultRetention hold where Config says nothing. Retention is how long
// Temporal keeps the history of a process after its end; Yishi's own records do not depend on it.
const (
	DefaultNamespace = "yishi"
	DefaultRetention = 90 * 24 * time.Hour
)

var (
	// ErrInUse says that another process runs the engine on the same data.
	ErrInUse = errors.New("the engine's data is in use by another process")
	// ErrSchema says that the data was made by a version that this binary must not open.
	ErrSchema = errors.New("the engine's data does not fit this version")
	// ErrNoEngine says that this binary was built without the embedded server.
	ErrNoEngine = errors.New("this binary was built without the embedded engine (tag noengine); " +
		"give it the address of a Temporal cluster or use the full build")
)

// Config chooses and sets up the engine.
type Config struct {
	Form Form
	// Dir is the data folder of Trial. It is made when missing, readable to its owner only.
	Dir string
	// PostgresDSN is the PostgreSQL server of OneNode, as pgx takes it (URL or key=value). Its
	// database serves for the first connection only. The role must own, or be allowed to
	// create, two databases named after it with _temporal and _temporal_visibility.
	PostgresDSN string
	// Namespace is Temporal's; DefaultNamespace when empty. In Cluster, empty means what the
	// environment says.
	Namespace string
	// Retention is at least 24 h; DefaultRetention when zero. Unused in Cluster, whose
	// operators set it.
	Retention time.Duration
	// WebUI asks for Temporal's web page in the embedded forms, read-only.
	WebUI bool
	// Log is where the engine reports; slog.Default() when nil.
	Log *slog.Logger
	// Address of the cluster, over what the environment says.
	Address string
	// ClientOptions, when given, changes the options of the SDK client before it connects:
	// interceptors, metrics, data converters.
	ClientOptions func(*client.Options)
}

// Engine is a Temporal service ready for use.
type Engine interface {
	// Client speaks to the service in Namespace. Workers made from it are stopped by those who
	// started them, before Close.
	Client() client.Client
	Namespace() string
	// UI is Temporal's web page, to be mounted at UIPath behind the sign-in of operators; nil
	// where there is none. It shows and changes nothing: acts go through Yishi, which
	// records them.
	UI() http.Handler
	// Ready gives nil while the service answers and its data is held.
	Ready(ctx context.Context) error
	// Close stops the service. A second call does nothing.
	Close() error
}

// Start starts or reaches the service and returns once the namespace can be used. It fails with
// ErrInUse, ErrSchema or ErrNoEngine where these say why.
func Start(ctx context.Context, c Config) (Engine, error) {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Form == Cluster {
		return startCluster(ctx, c)
	}
	if c.Namespace == "" {
		c.Namespace = DefaultNamespace
	}
	if c.Retention == 0 {
		c.Retention = DefaultRetention
	}
	if c.Retention < 24*time.Hour {
		return nil, fmt.Errorf("engine: retention is %v, Temporal asks for 24h at least", c.Retention)
	}
	switch c.Form {
	case Trial:
		if c.Dir == "" {
			return nil, errors.New("engine: the trial form needs a data folder")
		}
		return startTrial(ctx, c)
	case OneNode:
		if c.PostgresDSN == "" {
			return nil, errors.New("engine: the one-node form needs the address of a PostgreSQL server")
		}
		return startOneNode(ctx, c)
	}
	return nil, fmt.Errorf("engine: unknown form %q, want %q, %q or %q", c.Form, Trial, OneNode, Cluster)
}
