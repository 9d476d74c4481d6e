package demo

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Rated are those that are rated in the play: the first replies in time, the second
// late, the third never.
var Rated = []string{"街道综合行政执法队", "<b>供电所</b>", "社区卫生服务站"}

// RatingSeen is what the API tells everybody of a rating.
type RatingSeen struct {
	Departments []struct {
		Name     string `json:"name"`
		Valid    int    `json:"valid"`
		Permille []int  `json:"permille"`
		Overdue  bool   `json:"overdue"`
		Late     bool   `json:"late"`
		Reply    string `json:"reply"`
	} `json:"departments"`
}

// RateDepartments plays 评议部门 from the list of those rated to the published replies,
// and gives its id and its dossier.
func (p *Play) RateDepartments(ctx context.Context) (deliberation.ProcessID, []byte, error) {
	return p.perform(ctx, p.Cast.Secretary, p.everybodyIn, p.startRating, p.rate, p.ratingDisclosure, p.departmentReplies, p.replyDisclosure, p.archived)
}

func (p *Play) startRating(ctx context.Context) error {
	p.stage("评议政府部门、站所和服务单位")
	many := make([]string, deliberation.MaxDepartments+1)
	for i := range many {
		many[i] = fmt.Sprintf("第%d所", i+1)
	}
	for what, names := range map[string][]string{"没有被评议单位": {}, "三十一个被评议单位": many} {
		err := p.refused(ctx, what, "invalid", func() error {
			return p.as(p.Cast.Secretary).post(ctx, "/department-ratings", map[string]any{"departments": names}, nil)
		})
		if err != nil {
			return err
		}
	}
	var made struct {
		ID deliberation.ProcessID `json:"id"`
	}
	if err := p.as(p.Cast.Supervisors[0]).post(ctx, "/department-ratings", map[string]any{"departments": Rated}, &made); err != nil {
		return err
	}
	p.process = made.ID
	if _, err := p.untilOpen(ctx, deliberation.Convene); err != nil {
		return err
	}
	if _, err := p.seen(ctx); err == nil {
		return fmt.Errorf("the rating is public before it was posted")
	}
	return nil
}

// seen gives what somebody sees who is not signed in.
func (p *Play) seen(ctx context.Context) (v RatingSeen, err error) {
	anybody := &person{base: p.Base, http: &http.Client{Timeout: 60 * time.Second}}
	err = anybody.get(ctx, "/department-ratings/"+string(p.process), &v)
	return v, err
}

// rate holds the conference under the chair of the supervisors' head: one secret ballot
// with a question for each.
func (p *Play) rate(ctx context.Context) error {
	s := scene{
		chair: p.Cast.Supervisors[0], recorder: p.Cast.Clerk, members: append(slices.Clone(p.Cast.Representatives), p.Cast.Committee...), absent: 4, tooFew: 30,
		place: "社区多功能厅", notice: "评议部门：名单和评议内容已公布，无记名评议，当场计票。",
	}
	if _, err := p.untilOpen(ctx, deliberation.Convene); err != nil {
		return err
	}
	notice := act{Place: s.place, Text: s.notice, At: p.day(12)}
	r, err := p.act(ctx, s.chair, deliberation.Convene, notice)
	if err != nil {
		return err
	}
	present, err := p.gather(ctx, s, deliberation.MeetingID(r.Subject))
	if err != nil {
		return err
	}
	if _, err := p.untilOpen(ctx, deliberation.OpenPoll); err != nil {
		return err
	}
	// The calendar is fast, and a server may be restarted while the ballots come in.
	if _, err := p.act(ctx, s.chair, deliberation.OpenPoll, act{At: p.day(50)}); err != nil {
		return err
	}
	if err := p.castRatings(ctx, present); err != nil {
		return err
	}
	if _, err := p.act(ctx, s.chair, deliberation.ClosePoll, act{}); err != nil {
		return err
	}
	if err := p.whenOpen(ctx, s.recorder, deliberation.RecordMinutes, act{Text: "宣读评议内容，逐个单位无记名评议，当场公布结果。"}); err != nil {
		return err
	}
	return p.whenOpen(ctx, s.chair, deliberation.SignMinutes, act{})
}

// castRatings casts the ballots; nobody rates twice.
func (p *Play) castRatings(ctx context.Context, present []deliberation.PersonID) error {
	v, err := p.untilOpen(ctx, deliberation.ClosePoll)
	if err != nil {
		return err
	}
	poll := v.Polls[len(v.Polls)-1]
	return p.castForms(ctx, poll, present, func(n, i int) deliberation.OptionID { return poll.Form[i].Options[(n+i)%(i+1)] })
}

// ratingDisclosure tells each body, posts the result and sends it to the county. The
// first body replies while it still hangs.
func (p *Play) ratingDisclosure(ctx context.Context) error {
	p.stage("评议结果公布和送达")
	v, err := p.untilOpen(ctx, deliberation.ForwardRatings)
	if err != nil {
		return err
	}
	for i, d := range v.Status.Rating.Departments {
		p.say("  %s：%s。", Rated[i], d.Result.Line("zh"))
		if _, err := p.act(ctx, p.Cast.Clerk, deliberation.ForwardRatings, act{Subject: string(d.ID), Text: "专人送达，对方签收。"}); err != nil {
			return err
		}
	}
	if err := p.post(ctx, "公告：评议部门的结果。"); err != nil {
		return err
	}
	if err := p.reply(ctx); err != nil {
		return err
	}
	if err := p.whenOpen(ctx, p.Cast.Clerk, deliberation.FileResolution, act{Text: "评议结果报送区委、区政府。"}); err != nil {
		return err
	}
	noted := func(v process) bool { return v.Status.Stage != deliberation.RatingDisclosure }
	v, err = p.until(ctx, string(deliberation.Acknowledge), func(v process) bool { return isOpen(v, deliberation.Acknowledge) || noted(v) })
	if err == nil && !noted(v) {
		_, err = p.act(ctx, p.Cast.Supervisors[1], deliberation.Acknowledge, act{Text: "票数核对无误。"})
	}
	return err
}

// reply enters the first body's reply, after some that are refused.
func (p *Play) reply(ctx context.Context) error {
	first := act{Subject: "d1", Text: "已增设夜间巡查，每周公布。"}
	attempts := []struct {
		what, code string
		who        deliberation.PersonID
		a          act
	}{
		{"主任登记部门答复", "not_entitled", p.Cast.Director, first},
		{"登记名单外单位的答复", "out_of_order", p.Cast.Clerk, act{Subject: "d9", Text: "答复"}},
		{"", "", p.Cast.Clerk, first},
		{"登记同一单位的第二份答复", "out_of_order", p.Cast.Guide, first},
	}
	for _, t := range attempts {
		_, err := p.act(ctx, t.who, deliberation.ReplyToRating, t.a)
		if t.code == "" {
			if err != nil {
				return err
			}
			continue
		}
		var refusal *Problem
		if !isRefusal(err, t.code, &refusal) {
			return fmt.Errorf("%s: wanted %s and got: %w", t.what, t.code, err)
		}
		p.say("  ✗ %s → %d %s", t.what, refusal.Status, refusal.Title)
	}
	return nil
}

// departmentReplies waits until the limit passes for who is silent: everybody can see that.
func (p *Play) departmentReplies(ctx context.Context) error {
	p.stage("部门答复")
	if _, err := p.until(ctx, "the limit of the replies", func(v process) bool {
		return v.Status.Stage == deliberation.ReplyDisclosure && isOpen(v, deliberation.Publish)
	}); err != nil {
		return err
	}
	v, err := p.seen(ctx)
	if err != nil {
		return err
	}
	if d := v.Departments; len(d) != 3 || d[0].Overdue || !d[1].Overdue || !d[2].Overdue || d[0].Reply != "" {
		return fmt.Errorf("before the replies are posted everybody sees %+v", v)
	}
	p.say("  逾期未答复的单位人人可见。")
	return nil
}

// replyDisclosure posts the replies; one comes late while they hang.
func (p *Play) replyDisclosure(ctx context.Context) error {
	p.stage("答复公布")
	if err := p.post(ctx, "公告：部门对评议的答复。"); err != nil {
		return err
	}
	if _, err := p.act(ctx, p.Cast.Guide, deliberation.ReplyToRating, act{Subject: "d2", Text: "已更换变压器。"}); err != nil {
		return err
	}
	v, err := p.seen(ctx)
	if err != nil {
		return err
	}
	if d := v.Departments; !strings.Contains(d[0].Reply, "夜间巡查") || !d[1].Late || d[1].Overdue || !strings.Contains(d[1].Reply, "变压器") || !d[2].Overdue {
		return fmt.Errorf("once the replies are posted everybody sees %+v", v)
	}
	over := func(v process) bool { return v.Status.State == deliberation.Ended }
	now, err := p.until(ctx, string(deliberation.GiveClosingOpinion), func(v process) bool { return isOpen(v, deliberation.GiveClosingOpinion) || over(v) })
	if err == nil && !over(now) {
		_, err = p.act(ctx, p.Cast.Supervisors[1], deliberation.GiveClosingOpinion, act{Text: "程序合规，一个单位未答复，已公布。"})
	}
	return err
}
