package workflows

import (
	"context"
	"errors"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// CalendarInput names the community whose duties fall due, and the civil clock.
type CalendarInput struct {
	Community deliberation.CommunityID `json:"community"`
	Clock     deliberation.Clock       `json:"clock"`
}

// CalendarResult is what was begun on the day.
type CalendarResult struct {
	On    deliberation.Date        `json:"on"`
	Begun []deliberation.ProcessID `json:"begun,omitempty"`
}

// Calendar is 按期自动发起 on one civil day: what is due and was not begun begins. It is
// begun by nobody, for the post that must see to it (law.md §§6, 7).
func Calendar(ctx workflow.Context, in CalendarInput) (CalendarResult, error) {
	day := CalendarResult{On: deliberation.DateOf(in.Clock.At(workflow.Now(ctx)))}
	var due []deliberation.DutyStart
	if err := perform(ctx, acts.DutiesDue, activities.DutiesDueInput{Community: in.Community, On: day.On}, &due); err != nil {
		return day, err
	}
	var refused error // one does not keep the others from beginning
	for _, duty := range due {
		if err := perform(ctx, acts.BeginDuty, activities.BeginDutyInput{Community: in.Community, On: day.On, Clock: in.Clock, Duty: duty}, nil); err != nil {
			refused = errors.Join(refused, err)
			continue
		}
		day.Begun = append(day.Begun, duty.Process(in.Community))
	}
	return day, refused
}

// calendarHour is when the calendar looks on the honest clock, in Shanghai: before
// people come to work, and spread so that many communities do not look at once.
const (
	calendarHour   = 5
	calendarSpread = 30 * time.Minute
)

// leastInterval is the shortest that a schedule knows. On a faster clock a look covers
// several civil days, which loses nothing: it takes up what was missed.
const leastInterval = time.Second

func calendarID(c deliberation.CommunityID) string { return "yishi-calendar-" + string(c) }

// KeepCalendar sees to it that the calendar looks after the community once a civil day
// of the clock, and has it look now. A second call changes nothing but the clock.
func (c *Client) KeepCalendar(ctx context.Context, community deliberation.CommunityID, clock deliberation.Clock) error {
	schedules, id := c.Temporal.ScheduleClient(), calendarID(community)
	wanted := client.ScheduleOptions{
		ID: id, Spec: calendarSpec(clock), Overlap: enumspb.SCHEDULE_OVERLAP_POLICY_SKIP, CatchupWindow: catchUp(clock), TriggerImmediately: true,
		Action: &client.ScheduleWorkflowAction{ID: id, Workflow: Calendar, Args: []any{CalendarInput{Community: community, Clock: clock}}, TaskQueue: TaskQueue},
	}
	_, err := schedules.Create(ctx, wanted)
	if !errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		return err
	}
	kept := schedules.GetHandle(ctx, id)
	err = kept.Update(ctx, client.ScheduleUpdateOptions{DoUpdate: func(in client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
		s := in.Description.Schedule
		s.Action, s.Spec, s.Policy = wanted.Action, &wanted.Spec, &client.SchedulePolicies{Overlap: wanted.Overlap, CatchupWindow: wanted.CatchupWindow}
		return &client.ScheduleUpdate{Schedule: &s}, nil
	}})
	if err != nil {
		return err
	}
	return kept.Trigger(ctx, client.ScheduleTriggerOptions{Overlap: wanted.Overlap})
}

// EndCalendar has the calendar look after the community no more. Where it does not, that
// is no error.
func (c *Client) EndCalendar(ctx context.Context, community deliberation.CommunityID) error {
	err := c.Temporal.ScheduleClient().GetHandle(ctx, calendarID(community)).Delete(ctx)
	var none *serviceerror.NotFound
	if errors.As(err, &none) {
		return nil
	}
	return err
}

func calendarSpec(clock deliberation.Clock) client.ScheduleSpec {
	if clock.Fast() {
		return client.ScheduleSpec{Intervals: []client.ScheduleIntervalSpec{{Every: max(clock.Day(), leastInterval)}}}
	}
	return client.ScheduleSpec{
		Calendars:    []client.ScheduleCalendarSpec{{Hour: []client.ScheduleRange{{Start: calendarHour}}}},
		TimeZoneName: deliberation.Shanghai.String(), Jitter: calendarSpread,
	}
}

// catchUp is for how long a look that the engine missed is made up for. What a look
// finds does not depend on it, since each takes up what was missed.
func catchUp(clock deliberation.Clock) time.Duration {
	return min(max(clock.Day(), 10*time.Second), 24*time.Hour)
}
