//go:build !noengine

package engine

import (
	"fmt"

	"github.com/blang/semver/v4"
	"go.temporal.io/server/common/headers"
)

// mayFollow refuses data that a newer server has had, and data that would skip a minor version of
// the server, which Temporal's makers forbid. last is the server that had it before, "" if unknown.
func mayFollow(where, last string) error {
	if last == "" {
		return nil
	}
	was, err := semver.ParseTolerant(last)
	if err != nil {
		return fmt.Errorf("engine: %s says it was opened by Temporal %q: %w", where, last, ErrSchema)
	}
	is := must(headers.ServerVersion)
	switch {
	case was.Major != is.Major || was.Minor > is.Minor:
		return fmt.Errorf("engine: %s was last opened by Temporal %s, this binary has %s; use the newer Yishi, or a backup: %w",
			where, was, is, ErrSchema)
	case is.Minor-was.Minor > 1:
		return fmt.Errorf("engine: %s was last opened by Temporal %s, this binary has %s; start the Yishi versions in between first, one minor version at a time: %w",
			where, was, is, ErrSchema)
	}
	return nil
}

func must(version string) semver.Version {
	v, err := semver.ParseTolerant(version)
	if err != nil {
		panic("engine: version built in: " + version)
	}
	return v
}
