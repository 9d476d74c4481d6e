//go:build !noengine

package engine

import (
	"time"

	"go.temporal.io/server/common/dynamicconfig"
)

// dynamic is the tuning of a server that has one machine to itself. A value must have the exact Go
// type of its setting, or the server passes over it in silence; a test holds them against the
// settings. Limits of a workflow are left at Temporal's defaults, since a cluster will have those.
func dynamic() dynamicconfig.StaticClient {
	return dynamicconfig.StaticClient{
		// At the default of 20 polls a second each hop of a task waits up to 50 ms.
		dynamicconfig.TransferProcessorMaxPollRPS.Key():   500,
		dynamicconfig.TimerProcessorMaxPollRPS.Key():      500,
		dynamicconfig.VisibilityProcessorMaxPollRPS.Key(): 500,
		// A waiter that misses the news of an end sleeps this long (20 s by default).
		dynamicconfig.HistoryLongPollExpirationInterval.Key(): 2 * time.Second,
		// Partitions spread a task queue over hosts; there is one.
		dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():  1,
		dynamicconfig.MatchingNumTaskqueueWritePartitions.Key(): 1,
		// The default (128,000 entries) is sized for a cluster's memory.
		dynamicconfig.HistoryCacheHostLevelMaxSize.Key(): 4096,
		// The default of 10 lists a second throttles one busy page.
		dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key(): 100,
		// By default the server reports to its makers and asks for newer versions.
		dynamicconfig.EnableServerVersionCheck.Key(): false,
	}
}
