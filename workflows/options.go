package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
)

const (
	// quickly is how long a step may take within one workflow task. The database is
	// near; where it answers in time the step costs one event instead of six.
	quickly = 4 * time.Second
	// oneTry is how long one attempt of the patient form may take.
	oneTry = 30 * time.Second
)

// acts names the activities; only its methods' names are used.
var acts *activities.Activities

// perform runs an activity: first within the workflow task, and where the world
// does not answer in time, as an activity of its own that is tried until it does.
// Each activity gives the same on a second run, so the two never conflict. A
// refusal comes back at once.
func perform(ctx workflow.Context, activity, arg, result any) error {
	quick := workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		ScheduleToCloseTimeout: quickly,
		RetryPolicy:            &temporal.RetryPolicy{InitialInterval: 50 * time.Millisecond, MaximumInterval: time.Second, MaximumAttempts: 4},
	})
	err := workflow.ExecuteLocalActivity(quick, activity, arg).Get(ctx, result)
	if err == nil || temporal.IsCanceledError(err) || isRefusal(err) {
		return err
	}
	return performPatiently(ctx, activity, arg, result)
}

// performPatiently runs an activity of its own, which the history knows of before
// it begins and which is tried until the world answers.
func performPatiently(ctx workflow.Context, activity, arg, result any) error {
	patient := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: oneTry,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: time.Second, MaximumInterval: time.Minute},
	})
	return workflow.ExecuteActivity(patient, activity, arg).Get(ctx, result)
}

func isRefusal(err error) bool {
	var app *temporal.ApplicationError
	return errors.As(err, &app) && app.Type() == activities.RefusalType
}
