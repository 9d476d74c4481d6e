package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
)

func TestTheStreetsSilenceStopsNothing(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.input("urban-2026")
	in.Rules.AdviceOffered.Value = true
	delete(town.habits, deliberation.Advise)
	town.run(in)
	require.Contains(t, town.stages(), deliberation.Advice)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

func TestWithoutTheOfferTheStreetIsNotAsked(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.input("urban-2026")
	in.Rules.AdviceOffered.Value = false
	town.run(in)
	require.NotContains(t, town.stages(), deliberation.Advice)
}
