package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
)

// usableWithin is how long a started service may take to answer for its namespace.
const usableWithin = 30 * time.Second

// waitUsable waits until the namespace answers. The services of a fresh server, and those of a
// namespace just made, see it only after their caches are refreshed.
func waitUsable(ctx context.Context, cl client.Client, namespace string) error {
	ctx, cancel := context.WithTimeout(ctx, usableWithin)
	defer cancel()
	var last error
	for {
		_, last = cl.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{Namespace: namespace})
		if last == nil {
			return nil
		}
		var missing *serviceerror.NamespaceNotFound
		var denied *serviceerror.PermissionDenied
		if errors.As(last, &missing) || errors.As(last, &denied) {
			break
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("engine: namespace %q cannot be used: %w", namespace, errors.Join(ctx.Err(), last))
		case <-time.After(20 * time.Millisecond):
		}
	}
	return fmt.Errorf("engine: namespace %q cannot be used: %w", namespace, last)
}

func healthy(ctx context.Context, cl client.Client) error {
	if _, err := cl.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
		return fmt.Errorf("engine: the Temporal service does not answer: %w", err)
	}
	return nil
}
