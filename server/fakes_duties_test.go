package server

import (
	"context"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// dutiesHere is what the town keeps of meetings, authorisations and drafts.
type dutiesHere struct {
	records        map[deliberation.CommunityID]deliberation.MeetingRecord
	entered        []deliberation.HeldElsewhere
	authorisations map[deliberation.CommunityID][]deliberation.Authorisation
	drafts         []deliberation.MatterDraft
}

func (w *town) LastMeetings(_ context.Context, in []deliberation.CommunityID) (map[deliberation.CommunityID]deliberation.MeetingRecord, error) {
	records := map[deliberation.CommunityID]deliberation.MeetingRecord{}
	for _, c := range in {
		records[c] = deliberation.MeetingRecord{Known: deliberation.DateOf(civil)}
		if r, ok := w.kept.records[c]; ok {
			records[c] = r
		}
	}
	return records, nil
}

func (w *town) RecordHeld(_ context.Context, h deliberation.HeldElsewhere) error {
	if slices.Contains(w.kept.entered, h) {
		return deliberation.Refuse(deliberation.RefuseTwice)
	}
	w.kept.entered = append(w.kept.entered, h)
	return nil
}

func (w *town) Authorisations(_ context.Context, c deliberation.CommunityID) ([]deliberation.Authorisation, error) {
	return w.kept.authorisations[c], nil
}

func (w *town) Authorisation(_ context.Context, c deliberation.CommunityID, id string) (deliberation.Authorisation, error) {
	for _, a := range w.kept.authorisations[c] {
		if a.ID == id {
			return a, nil
		}
	}
	return deliberation.Authorisation{}, notFound
}

func (w *town) KeepDraft(_ context.Context, d deliberation.MatterDraft) error {
	w.kept.drafts = slices.DeleteFunc(w.kept.drafts, func(o deliberation.MatterDraft) bool { return o.Person == d.Person && o.Kind == d.Kind })
	w.kept.drafts = append(w.kept.drafts, d)
	return nil
}

func (w *town) Drafts(_ context.Context, person deliberation.PersonID) (mine []deliberation.MatterDraft, err error) {
	for _, d := range w.kept.drafts {
		if d.Person == person {
			mine = append(mine, d)
		}
	}
	return mine, nil
}

func (w *town) DropDraft(_ context.Context, person deliberation.PersonID, kind string) error {
	w.kept.drafts = slices.DeleteFunc(w.kept.drafts, func(o deliberation.MatterDraft) bool { return o.Person == person && o.Kind == kind })
	return nil
}
