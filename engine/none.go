//go:build noengine

package engine

import "context"

func startTrial(context.Context, Config) (Engine, error) { return nil, ErrNoEngine }

func startOneNode(context.Context, Config) (Engine, error) { return nil, ErrNoEngine }

// Backup has nothing to copy in a binary without the engine.
func Backup(string, string) error { return ErrNoEngine }
