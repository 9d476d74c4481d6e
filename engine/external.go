package engine

import (
	"context"
	"fmt"
	"net/http"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	"go.temporal.io/sdk/log"
)

// external is a service that others run.
type external struct {
	client    client.Client
	namespace string
}

// clusterOptions reads TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_* and the
// profile file, and lays Config over them.
func clusterOptions(c Config) (client.Options, error) {
	options, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return client.Options{}, fmt.Errorf("engine: settings of the Temporal cluster: %w", err)
	}
	if c.Address != "" {
		options.HostPort = c.Address
	}
	if options.HostPort == "" {
		return client.Options{}, fmt.Errorf("engine: no address of a Temporal cluster: set it in the settings or in TEMPORAL_ADDRESS")
	}
	if c.Namespace != "" {
		options.Namespace = c.Namespace
	}
	if options.Namespace == "" {
		options.Namespace = DefaultNamespace
	}
	options.Logger = log.NewStructuredLogger(c.Log.With("part", "temporal-client"))
	if c.ClientOptions != nil {
		c.ClientOptions(&options)
	}
	return options, nil
}

func startCluster(ctx context.Context, c Config) (Engine, error) {
	options, err := clusterOptions(c)
	if err != nil {
		return nil, err
	}
	cl, err := client.DialContext(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("engine: the Temporal cluster at %s does not answer: %w", options.HostPort, err)
	}
	// The namespace of a cluster is made by those who run it: it needs rights, retention and
	// search attributes that a client should not choose for them.
	if err := waitUsable(ctx, cl, options.Namespace); err != nil {
		cl.Close()
		return nil, err
	}
	return &external{client: cl, namespace: options.Namespace}, nil
}

func (e *external) Client() client.Client { return e.client }
func (e *external) Namespace() string     { return e.namespace }
func (e *external) UI() http.Handler      { return nil }

func (e *external) Ready(ctx context.Context) error { return healthy(ctx, e.client) }

func (e *external) Close() error {
	e.client.Close()
	return nil
}
