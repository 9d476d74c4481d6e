package e2e

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/demo"
	"github.com/yishi-project/yishi/dossier"
	"github.com/yishi-project/yishi/models"
	"github.com/yishi-project/yishi/roster"
	"github.com/yishi-project/yishi/vault"
)

// The backbone process runs on people who came from a workbook: an empty
// installation, a community, an import, links, and the whole play. Whatever was
// written down on the way holds nothing personal in the clear.
func TestPlayOnImportedPeople(t *testing.T) {
	t.Parallel()
	for name, kind := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := emptyInstallation(t, kind)
			sample, cast := demo.Sample(firstDay)
			above := []deliberation.PersonID{cast.Guide, cast.Operator} // a roster holds neither
			i.run("migrate")
			i.run("load", communityFile(t, sample, above))
			file := workbook(t, sample, above)

			require.Contains(t, i.run("import", file, "--add-groups", "--dry-run"), "0 处错误")
			require.Empty(t, i.named(sample, above), "a dry run brings nobody")
			i.run("import", file, "--add-groups", "--yes")
			ids := i.named(sample, above)
			require.Len(t, ids, len(sample.Persons)-len(above))
			require.Contains(t, i.run("import", file, "--add-groups", "--yes"), "新增 0 人，变更 0 人")

			for _, id := range above {
				ids[id] = id
			}
			for was, id := range ids {
				link := strings.TrimSpace(i.run("link", string(id)))
				i.links[id] = link[strings.LastIndexByte(link, '/')+1:]
				ids[was] = id
			}
			i.cast = recast(cast, ids)
			i.serve()
			play := &demo.Play{Base: "http://" + i.addr, Cast: i.cast, Links: i.links, Out: t.Output(), Clock: i.clock, Day: day}
			ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
			defer cancel()
			_, kept, err := play.Run(ctx)
			if err != nil {
				t.Fatalf("%v\n%s", err, i.log.String())
			}
			report := dossier.Verify(kept, verification(t))
			require.True(t, report.OK(), "%v", report.Faults())
			i.nothingPersonalLiesOpen(t, kept)
		})
	}
}

// emptyInstallation is a data folder with nothing in it.
func emptyInstallation(t *testing.T, kind string) *installation {
	t.Helper()
	return &installation{t: t, dir: t.TempDir(), addr: freeAddress(t), database: newDatabase(t, kind), day: day, start: firstDay, links: map[deliberation.PersonID]string{}}
}

// run runs a command on the installation and gives what it printed.
func (i *installation) run(args ...string) string {
	i.t.Helper()
	args = append(args, "--data", i.dir, "--log-level", "warn")
	if i.database != "" {
		args = append(args, "--database", i.database)
	}
	cmd := exec.Command(binary, args...)
	cmd.Stderr = &i.log
	out, err := cmd.Output()
	require.NoError(i.t, err, "%s\n%s\n%s", args[0], out, i.log.String())
	return string(out)
}

// communityFile is the community with those who do not live in it.
func communityFile(t *testing.T, sample deliberation.Roster, above []deliberation.PersonID) string {
	t.Helper()
	only := deliberation.Roster{Community: sample.Community}
	for _, p := range sample.Persons {
		if slices.Contains(above, p.ID) {
			only.Persons = append(only.Persons, p)
		}
	}
	for _, o := range sample.Offices {
		if slices.Contains(above, o.Person) {
			only.Offices = append(only.Offices, o)
		}
	}
	b, err := json.Marshal(only)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "community.json")
	require.NoError(t, os.WriteFile(path, b, 0o600))
	return path
}

// workbook is the sample's roster as a community would keep it.
func workbook(t *testing.T, sample deliberation.Roster, above []deliberation.PersonID) string {
	t.Helper()
	homes := map[deliberation.HouseholdID]deliberation.Household{}
	for _, h := range sample.Households {
		homes[h.ID] = h
	}
	var entries []roster.Entry
	for _, r := range sample.Records {
		if slices.Contains(above, r.ID) {
			continue
		}
		home := homes[r.Household]
		e := roster.Entry{
			Community: sample.Community.Name, Name: r.Name, Sex: r.Sex, Birth: r.Birth, Identity: r.Identity, Phone: r.Phone, Group: r.Group,
			Building: home.Building, Household: home.Number, Relation: r.Relation, Hukou: r.Hukou, Since: r.Since,
		}
		for _, o := range sample.Offices {
			if o.Person == r.ID && o.Office != deliberation.Resident && o.Office != deliberation.HouseholdHead {
				e.Seats = append(e.Seats, roster.Seat{Office: o.Office, From: o.From})
			}
		}
		entries = append(entries, e)
	}
	path := filepath.Join(t.TempDir(), "roster.xlsx")
	f, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, roster.WriteXLSX(f, entries, true))
	require.NoError(t, f.Close())
	return path
}

// named gives who bears the names of the sample's people now.
func (i *installation) named(sample deliberation.Roster, but []deliberation.PersonID) map[deliberation.PersonID]deliberation.PersonID {
	i.t.Helper()
	keys, err := vault.Load(filepath.Join(i.dir, "keys.json"))
	require.NoError(i.t, err)
	c := models.Config{Driver: models.SQLite, DSN: filepath.Join(i.dir, "yishi.db"), Vault: keys}
	if i.database != "" {
		c.Driver, c.DSN = models.Postgres, i.database
	}
	store, err := models.Open(context.Background(), c)
	require.NoError(i.t, err)
	ids := map[deliberation.PersonID]deliberation.PersonID{}
	for _, p := range sample.Persons {
		if slices.Contains(but, p.ID) {
			continue
		}
		found, err := store.PersonsNamed(context.Background(), sample.Community.ID, p.Name)
		require.NoError(i.t, err)
		require.LessOrEqual(i.t, len(found), 1, "the sample has two people of one name")
		if len(found) == 1 {
			ids[p.ID] = found[0]
		}
	}
	require.NoError(i.t, store.Close())
	return ids
}

// recast gives the parts to the people as they are called now.
func recast(c demo.Cast, ids map[deliberation.PersonID]deliberation.PersonID) demo.Cast {
	all := func(list []deliberation.PersonID) []deliberation.PersonID {
		out := make([]deliberation.PersonID, len(list))
		for i, id := range list {
			out[i] = ids[id]
		}
		return out
	}
	return demo.Cast{
		Secretary: ids[c.Secretary], Branch: all(c.Branch), Director: ids[c.Director], Committee: all(c.Committee), Party: all(c.Party),
		Representatives: all(c.Representatives), Supervisors: all(c.Supervisors), Residents: all(c.Residents),
		Clerk: ids[c.Clerk], Guide: ids[c.Guide], Operator: ids[c.Operator],
	}
}
