package models_test

import (
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

func TestNoticesAreReceivedOnce(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 4)
		meet(t, s, deliberation.MeetingConvened, deliberation.Conference)
		at := noon.Add(time.Hour)
		ok(t, s.ReceiveNotice(ctx, meeting, rep(0), deliberation.DeliveredOnline, rep(0), at))
		refused(t, s.ReceiveNotice(ctx, meeting, rep(0), deliberation.DeliveredOnPaper, both, at), deliberation.RefuseTwice)
		ok(t, s.ReceiveNotice(ctx, meeting, rep(1), deliberation.DeliveredByPhone, both, at))
		refused(t, s.ReceiveNotice(ctx, meeting, rep(2), deliberation.DeliveredOnline, both, at), deliberation.RefuseInvalid)
		refused(t, s.ReceiveNotice(ctx, meeting, rep(2), "pigeon", both, at), deliberation.RefuseInvalid)
		refused(t, s.ReceiveNotice(ctx, meeting, "nobody", deliberation.DeliveredOnPaper, both, at), deliberation.RefuseNotOnRoll)
		refused(t, s.ReceiveNotice(ctx, "m-none", rep(2), deliberation.DeliveredOnPaper, both, at), deliberation.RefuseNotFound)
		list, due, err := s.NoticeReceipts(ctx, meeting)
		ok(t, err)
		equal(t, "receipts", len(list), 2)
		before := due
		got(s.FreezeRoll(ctx, rollSpec(deliberation.Conference)))(t)
		_, due, err = s.NoticeReceipts(ctx, meeting)
		ok(t, err)
		equal(t, "due, before and after the roll is frozen", due, before)
		meet(t, s, deliberation.MeetingClosed, deliberation.Conference)
		refused(t, s.ReceiveNotice(ctx, meeting, rep(3), deliberation.DeliveredOnPaper, both, at), deliberation.RefuseOutOfOrder)
	})
}
