//go:build !noengine

package engine

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // Schedules name time zones; a machine may have none installed

	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/temporal"
)

const (
	loopbackIP  = "127.0.0.1"
	clusterName = "active" // kept in the data: never change it
	// startTries is how often a start is tried when another process takes one of the chosen ports.
	startTries = 5
	startLimit = 60 * time.Second
)

// store is where a server keeps its data, prepared and held for this process.
type store struct {
	persistence config.Persistence
	main        *config.SQL
	// held gives nil while no other process can have taken the data.
	held func() error
	// release tidies up and lets others in.
	release func() error
}

// embedded is a server in this process.
type embedded struct {
	server    temporal.Server
	life      *life
	ports     map[primitives.ServiceName]int
	id        *loopback
	client    client.Client
	namespace string
	ui        *webUI
	store     *store
	close     sync.Once
	closeErr  error
}

func startTrial(ctx context.Context, c Config) (Engine, error) {
	st, err := openFolder(ctx, c)
	if err != nil {
		return nil, err
	}
	return startOn(ctx, c, st)
}

func startOneNode(ctx context.Context, c Config) (Engine, error) {
	st, err := openPostgres(ctx, c)
	if err != nil {
		return nil, err
	}
	return startOn(ctx, c, st)
}

// startOn starts the server on the store, which it releases on failure.
func startOn(ctx context.Context, c Config, st *store) (_ Engine, err error) {
	e := &embedded{namespace: c.Namespace, store: st}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.Close())
		}
	}()
	if err := ensureNamespace(st.main, c); err != nil {
		return nil, err
	}
	if e.id, err = newLoopback(); err != nil {
		return nil, err
	}
	if err := e.startServer(ctx, c); err != nil {
		return nil, err
	}
	options := client.Options{
		HostPort:          e.address(),
		Namespace:         c.Namespace,
		ConnectionOptions: client.ConnectionOptions{TLS: e.id.client()},
		Logger:            sdklog.NewStructuredLogger(c.Log.With("part", "temporal-client")),
	}
	if c.ClientOptions != nil {
		c.ClientOptions(&options)
	}
	if e.client, err = client.DialContext(ctx, options); err != nil {
		return nil, fmt.Errorf("engine: the embedded Temporal server does not answer: %w", err)
	}
	if err := waitUsable(ctx, e.client, c.Namespace); err != nil {
		return nil, err
	}
	if err := keepRetention(ctx, e.client, c); err != nil {
		return nil, err
	}
	if c.WebUI {
		if e.ui, err = newWebUI(e.address(), c.Namespace, e.id); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// startServer starts a server on free ports. They are found free and then bound by the server, so
// another process may come in between; then others are tried.
func (e *embedded) startServer(ctx context.Context, c Config) (err error) {
	for range startTries {
		if e.ports, err = freePorts(); err != nil {
			return err
		}
		e.life = newLife()
		e.server, err = runServer(ctx, c, e.store.persistence, e.ports, e.id, e.life)
		if !errors.Is(err, errPort) {
			return err
		}
		c.Log.Debug("a port of the engine was taken by another process, trying others", "error", err)
	}
	return err
}

// address is the frontend's.
func (e *embedded) address() string { return hostPort(e.ports[primitives.FrontendService]) }

var errPort = errors.New("a port was taken")

// runServer makes and starts one server. It runs in a goroutine of its own, because the server's
// Fatal ends the goroutine it is called in. A start that has begun is waited for even when ctx ends,
// so that no server is left behind on data that others may then take.
func runServer(ctx context.Context, c Config, p config.Persistence, ports map[primitives.ServiceName]int, id *loopback, l *life) (temporal.Server, error) {
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			// Besides panics of the server's own, those that a sync.Once makes of Fatal's end.
			if p := recover(); p != nil && l.err() == nil {
				o.err = fmt.Errorf("panic: %v", p)
			}
			done <- o
		}()
		if o.server, o.err = temporal.NewServer(serverOptions(c, p, ports, id, l)...); o.err == nil {
			o.err = o.server.Start()
		}
	}()
	var o outcome
	select {
	case o = <-done:
	case <-l.fatal: // in a goroutine of the server's own, so the start may end or not
		o = within(done, time.Second)
	case <-time.After(startLimit):
		o.err = fmt.Errorf("not up after %v", startLimit)
	}
	err := errors.Join(l.err(), o.err, ctx.Err())
	if err == nil {
		return o.server, nil
	}
	l.stopping.Store(true)
	if o.server != nil {
		_ = o.server.Stop()
	}
	if l.err() != nil && strings.HasPrefix(l.why, portTaken) {
		err = errors.Join(errPort, err)
	}
	return nil, fmt.Errorf("engine: start of the embedded Temporal server: %w", err)
}

// portTaken is how the server's last words begin when a port is not free.
const portTaken = "Failed to start gRPC listener"

// outcome is what became of a start.
type outcome struct {
	server temporal.Server
	err    error
}

func within(done <-chan outcome, d time.Duration) outcome {
	select {
	case o := <-done:
		return o
	case <-time.After(d):
		return outcome{}
	}
}

func serverOptions(c Config, p config.Persistence, ports map[primitives.ServiceName]int, id *loopback, l *life) []temporal.ServerOption {
	services := map[string]config.Service{}
	hosts := map[primitives.ServiceName]static.Hosts{}
	for name, port := range ports {
		services[string(name)] = config.Service{RPC: config.RPC{GRPCPort: port, BindOnIP: loopbackIP}}
		hosts[name] = static.SingleLocalHost(hostPort(port))
	}
	frontend := hostPort(ports[primitives.FrontendService])
	cfg := &config.Config{
		Persistence: p,
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10,
			MasterClusterName:        clusterName,
			CurrentClusterName:       clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{
				clusterName: {Enabled: true, InitialFailoverVersion: 1, RPCAddress: frontend},
			},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services:            services,
		PublicClient:        config.PublicClient{HostPort: frontend},
		Archival: config.Archival{
			History:    config.HistoryArchival{State: "disabled"},
			Visibility: config.VisibilityArchival{State: "disabled"},
		},
		NamespaceDefaults: config.NamespaceDefaults{Archival: config.ArchivalNamespaceDefaults{
			History:    config.HistoryArchivalNamespaceDefaults{State: "disabled"},
			Visibility: config.VisibilityArchivalNamespaceDefaults{State: "disabled"},
		}},
	}
	return []temporal.ServerOption{
		temporal.WithConfig(cfg),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithStaticHosts(hosts),
		temporal.WithLogger(newServerLog(c.Log, l)),
		temporal.WithTLSConfigFactory(id),
		// Whoever holds the certificate is this process, and may do everything.
		temporal.WithAuthorizer(authorization.NewNoopAuthorizer()),
		temporal.WithClaimMapper(func(*config.Config) authorization.ClaimMapper {
			return authorization.NewNoopClaimMapper()
		}),
		temporal.WithDynamicConfigClient(dynamic()),
	}
}

func hostPort(port int) string { return net.JoinHostPort(loopbackIP, strconv.Itoa(port)) }

// freePorts gives a port for each service, all different.
func freePorts() (map[primitives.ServiceName]int, error) {
	ports := map[primitives.ServiceName]int{}
	for _, name := range []primitives.ServiceName{
		primitives.FrontendService, primitives.HistoryService, primitives.MatchingService, primitives.WorkerService,
	} {
		l, err := net.Listen("tcp", hostPort(0))
		if err != nil {
			return nil, fmt.Errorf("engine: no free port on the loopback interface: %w", err)
		}
		defer l.Close()
		ports[name] = l.Addr().(*net.TCPAddr).Port
	}
	return ports, nil
}

func (e *embedded) Client() client.Client { return e.client }
func (e *embedded) Namespace() string     { return e.namespace }

func (e *embedded) UI() http.Handler {
	if e.ui == nil {
		return nil
	}
	return e.ui
}

func (e *embedded) Ready(ctx context.Context) error {
	if err := e.life.err(); err != nil {
		return err
	}
	if err := e.store.held(); err != nil {
		return err
	}
	return healthy(ctx, e.client)
}

func (e *embedded) Close() error {
	e.close.Do(func() {
		if e.ui != nil {
			e.closeErr = e.ui.Close()
		}
		if e.client != nil {
			e.client.Close()
		}
		if e.server != nil {
			e.life.stopping.Store(true)
			e.closeErr = errors.Join(e.closeErr, e.server.Stop())
		}
		// Only now may another process come in.
		e.closeErr = errors.Join(e.closeErr, e.store.release())
	})
	return e.closeErr
}
