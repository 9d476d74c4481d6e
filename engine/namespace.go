//go:build !noengine

package engine

import (
	"context"
	"fmt"

	"go.temporal.io/api/namespace/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/server/common/config"
	sqliteschema "go.temporal.io/server/schema/sqlite"
	"google.golang.org/protobuf/types/known/durationpb"
)

// ensureNamespace writes the namespace before the server starts, whose services would otherwise see
// it a second or two late. It serves both databases, whatever its package is called.
func ensureNamespace(db *config.SQL, c Config) error {
	n, err := sqliteschema.NewNamespaceConfig(clusterName, c.Namespace, false, nil)
	if err != nil {
		return fmt.Errorf("engine: namespace %q: %w", c.Namespace, err)
	}
	n.Detail.Config.Retention = durationpb.New(c.Retention)
	if err := sqliteschema.CreateNamespaces(db, n); err != nil {
		return fmt.Errorf("engine: namespace %q: %w", c.Namespace, err)
	}
	return nil
}

// keepRetention brings the retention of a namespace made earlier to what is asked for now.
func keepRetention(ctx context.Context, cl client.Client, c Config) error {
	service := cl.WorkflowService()
	found, err := service.DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: c.Namespace})
	if err != nil {
		return fmt.Errorf("engine: namespace %q: %w", c.Namespace, err)
	}
	if found.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration() == c.Retention {
		return nil
	}
	_, err = service.UpdateNamespace(ctx, &workflowservice.UpdateNamespaceRequest{
		Namespace: c.Namespace,
		Config:    &namespace.NamespaceConfig{WorkflowExecutionRetentionTtl: durationpb.New(c.Retention)},
	})
	if err != nil {
		return fmt.Errorf("engine: retention of namespace %q: %w", c.Namespace, err)
	}
	return nil
}
