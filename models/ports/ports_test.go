// Package ports_test shows, by compiling, that the store fits the ports of those who
// use it. It is a folder of its own so that the tests of the store link no server.
package ports_test

import (
	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/models"
	"github.com/yishi-project/yishi/server"
)

// The store fits the ports of those who use it, though it knows none of them.
var (
	_ activities.Recorder = (*models.Store)(nil)
	_ activities.Rolls    = (*models.Store)(nil)
	_ activities.Polls    = (*models.Store)(nil)
	_ activities.Opinions = (*models.Store)(nil)
	_ activities.Offices  = (*models.Store)(nil)

	_ activities.Elections = (*models.Store)(nil)

	_ server.SignIn      = (*models.Store)(nil)
	_ server.People      = (*models.Store)(nil)
	_ server.Processes   = (*models.Store)(nil)
	_ server.Papers      = (*models.Store)(nil)
	_ server.Meetings    = (*models.Store)(nil)
	_ server.Ballots     = (*models.Store)(nil)
	_ server.Opinions    = (*models.Store)(nil)
	_ server.Replies     = (*models.Store)(nil)
	_ server.Sessions    = (*models.Store)(nil)
	_ server.Credentials = (*models.Store)(nil)
	_ server.Places      = (*models.Store)(nil)
	_ server.Roster      = (*models.Store)(nil)
	_ server.Slips       = (*models.Store)(nil)
	_ server.Audit       = (*models.Store)(nil)
	_ server.Elections   = (*models.Store)(nil)
)
