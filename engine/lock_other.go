//go:build !noengine && !unix

package engine

import (
	"errors"
	"runtime"
)

func lockFolder(string) (release func() error, err error) {
	return nil, errors.New("engine: the trial form cannot lock its data folder on " + runtime.GOOS + "; use PostgreSQL or a cluster")
}
