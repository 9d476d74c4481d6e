package server

import (
	"context"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

// The part of the town that only the roster's pages ask for.

func (w *town) KinOf(_ context.Context, id deliberation.PersonID) ([]deliberation.Kinship, error) {
	back := map[deliberation.Relation]deliberation.Relation{
		deliberation.RelationChild: deliberation.RelationParent, deliberation.RelationParent: deliberation.RelationChild,
		deliberation.RelationGrand: deliberation.RelationGrandchild, deliberation.RelationGrandchild: deliberation.RelationGrand,
		deliberation.RelationSpouse: deliberation.RelationSpouse, deliberation.RelationSibling: deliberation.RelationSibling,
	}
	var list []deliberation.Kinship
	for _, k := range w.kin {
		if k.B == id {
			k.A, k.B, k.Kind = k.B, k.A, back[k.Kind]
		}
		if k.A == id {
			list = append(list, k)
		}
	}
	return list, nil
}

func (w *town) LinkStates(_ context.Context, persons []deliberation.PersonID, now time.Time) (map[deliberation.PersonID]deliberation.LinkState, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	states := map[deliberation.PersonID]deliberation.LinkState{}
	for _, id := range persons {
		for _, owner := range w.links {
			if owner == id {
				states[id] = deliberation.LinkState{Until: now.Add(time.Hour)}
			}
		}
	}
	return states, nil
}

func (w *town) NoteReveal(_ context.Context, viewer, person deliberation.PersonID) error {
	w.note(viewer, "reveal_person", w.people[person].Community, person, "")
	return w.failing()
}

// CompositionOn gives the rules as they are built in.
func (w *town) CompositionOn(kind deliberation.CommunityKind, place string, on deliberation.Date) deliberation.CompositionRules {
	library, err := packs.Load()
	if err != nil { // the packs' own tests load them
		panic(err)
	}
	return library.CompositionOn(kind, place, on)
}
