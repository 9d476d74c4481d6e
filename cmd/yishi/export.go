package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/yishi-project/yishi/config"
	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
	"github.com/yishi-project/yishi/roster"
)

type exportCmd struct {
	Community string `arg:"" help:"Id of the community."`
	File      string `arg:"" help:"File to write: .xlsx or .csv; must not exist." type:"path"`
	Full      bool   `help:"With identity numbers and phones."`
	GB18030   bool   `name:"gb18030" help:"CSV in GB18030 instead of UTF-8."`
}

// Run writes the roster of a community. The audit notes how many persons were taken.
func (c exportCmd) Run(ctx context.Context, s settings) error {
	encoding := roster.UTF8
	if c.GB18030 {
		encoding = roster.GB18030
	}
	return withStore(ctx, s, func(_ config.Config, store *models.Store) error {
		entries, err := store.ExportRoster(ctx, deliberation.CommunityID(c.Community), c.Full, deliberation.DateOf(time.Now()), console)
		if err != nil {
			return err
		}
		if err := writeRoster(c.File, entries, c.Full, encoding); err != nil {
			return err
		}
		_, err = fmt.Printf("%d 人\n", len(entries))
		return err
	})
}

// writeRoster writes entries to a new file that only its owner reads.
func writeRoster(path string, entries []roster.Entry, full bool, encoding string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".xlsx":
		err = roster.WriteXLSX(f, entries, full)
	case ".csv":
		err = roster.WriteCSV(f, entries, full, encoding)
	default:
		err = errors.New("the name of the file must end in .xlsx or .csv")
	}
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(path)
	}
	return err
}
