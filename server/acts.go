package server

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// actInput is what an act may bring; deliberation.ActSpecs says which act needs what.
type actInput struct {
	At                     time.Time
	Place, Text, Subject   string
	Days                   int
	Urgent                 bool
	IncomeFen, SpendingFen int64
	Voting                 deliberation.Voting
	Category               deliberation.Category
	// Decision is accept or refuse.
	Decision string
	// Finding is what the act found, Participants whom it names.
	// Item is the item of an open talk that a process was started for.
	Item         string
	Finding      deliberation.Finding
	Participants []deliberation.Participant
	motionInput
	// People are persons whom the act names, in order, Post the post of an election.
	People []deliberation.PersonID
	Post   deliberation.ElectionPost
	// Counts are raised hands, nil where none were entered.
	Counts *deliberation.HandCount
	// Survey is how satisfied residents are, nil where it was not asked.
	Survey    *deliberation.Satisfaction
	Photo     []byte
	PhotoType string // image/jpeg or image/png; empty: told from the content
}

// submitAct does an act in the office that allows it. Its text or image is filed
// before, so that the engine sees an id and a hash only; a paper whose act is
// then refused belongs to no fact and is shown nowhere.
func (s *Server) submitAct(ctx context.Context, v viewer, p deliberation.ProcessID, kind deliberation.ActKind, key string, in actInput) (deliberation.Receipt, error) {
	spec, known := deliberation.SpecOf(kind)
	if !known {
		return deliberation.Receipt{}, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	if err := checkKey(key); err != nil {
		return deliberation.Receipt{}, err
	}
	if err := permit(toAct, v, true); err != nil {
		return deliberation.Receipt{}, err
	}
	proc, err := s.Processes.Proceeding(ctx, p)
	if err != nil {
		return deliberation.Receipt{}, err
	}
	office, err := permitActIn(spec, v, proc, in.Subject, narrowed(proc, kind, in.Subject))
	if err != nil {
		return deliberation.Receipt{}, err
	}
	if ofAnotherGroup(proc, v, office) {
		return deliberation.Receipt{}, &deliberation.Refusal{Code: deliberation.RefuseNotEntitled, Act: kind}
	}
	if answersThemself(proc, v, kind, in.Subject) {
		return deliberation.Receipt{}, &deliberation.Refusal{Code: deliberation.RefuseOwnMatter, Act: kind}
	}
	if draftedThemself(proc, v, kind) {
		return deliberation.Receipt{}, &deliberation.Refusal{Code: deliberation.RefuseSupervisedSelf, Act: kind}
	}
	if kind == deliberation.CosignCount {
		if err := s.countsForKin(ctx, v, proc.Process); err != nil {
			return deliberation.Receipt{}, err
		}
	}
	if kind == deliberation.FileDutyReport { // a report is more than a text; see fileReport
		return deliberation.Receipt{}, &deliberation.Refusal{Code: deliberation.RefuseOutOfOrder, Stage: proc.Status.Stage, Act: kind}
	}
	if err := checkAct(spec, &in); err != nil {
		return deliberation.Receipt{}, err
	}
	if kind == deliberation.DraftDisclosure {
		if err := s.addsUp(ctx, proc, in.Text); err != nil {
			return deliberation.Receipt{}, err
		}
	}
	if in.Survey != nil { // before its text is filed
		if err := in.Survey.Check(); err != nil {
			return deliberation.Receipt{}, err
		}
	}
	if err := keepsOptions(proc, kind, in); err != nil {
		return deliberation.Receipt{}, err
	}
	if kind == deliberation.StartDemanded {
		if err := s.isForDemand(ctx, v, proc, in.Subject); err != nil {
			return deliberation.Receipt{}, err
		}
	}
	if kind == deliberation.ForwardMatter || kind == deliberation.StartHearing {
		if err := s.isFor(ctx, v, proc, in.Subject, in.Item); err != nil {
			return deliberation.Receipt{}, err
		}
	}
	if err := s.namedAreHere(ctx, v, proc.Process, in.Participants); err != nil {
		return deliberation.Receipt{}, err
	}
	if err := s.peopleAreHere(ctx, v, in.People); err != nil {
		return deliberation.Receipt{}, err
	}
	act := deliberation.Act{
		Kind: kind, Actor: v.Person.ID, Office: office, At: in.At, Subject: in.Subject, Days: in.Days,
		Urgent: in.Urgent, Income: in.IncomeFen, Spending: in.SpendingFen, Voting: in.Voting, Category: in.Category,
	}
	act.Accept, act.Finding, act.Participants = in.Decision == decideAccept, in.Finding, in.Participants
	act.Item, act.Survey = in.Item, in.Survey
	act.Options, act.Seats, act.OnPaper, act.Grant, act.Together, act.Sections = len(in.Options), in.Seats, in.OnPaper, in.Grant, in.Together, in.Sections
	act.People, act.Post = in.People, in.Post
	if in.Counts != nil {
		act.Yes, act.No, act.Abstain = in.Counts.Yes, in.Counts.No, in.Counts.Abstain
	}
	if act.Paper, err = s.filePaper(ctx, v, proc, spec, in); err != nil {
		return deliberation.Receipt{}, err
	}
	return s.Engine.Act(ctx, p, opaque(string(v.Person.ID), key)[:32], act)
}

// ofAnotherGroup reports whether the viewer acts as the head of a group 小组长 in what
// is not that group's own.
func ofAnotherGroup(p deliberation.Proceeding, v viewer, office deliberation.Office) bool {
	return office == deliberation.GroupHead && (p.Matter.Group == "" || p.Matter.Group != v.Person.Group)
}

// answersThemself reports whether the act would answer the viewer's own objection.
func answersThemself(p deliberation.Proceeding, v viewer, kind deliberation.ActKind, subject string) bool {
	return kind == deliberation.AnswerObjection && slices.ContainsFunc(p.Objections, func(o deliberation.Objection) bool {
		return o.ID == subject && o.Person == v.Person.ID
	})
}

// narrowed gives the offices to which the stage narrows an act that is open now.
func narrowed(p deliberation.Proceeding, kind deliberation.ActKind, subject string) []deliberation.Office {
	for _, o := range p.Status.Open {
		if o.Kind == kind && (o.Subject == "" || o.Subject == subject) {
			return o.Offices
		}
	}
	return nil
}

// allowedActs gives the open acts that the viewer may do now.
func (s *Server) allowedActs(v viewer, p deliberation.Proceeding) []deliberation.OpenAct {
	list := []deliberation.OpenAct{}
	for _, o := range p.Status.Open {
		spec, known := deliberation.SpecOf(o.Kind)
		if !known || o.Actor != "" && o.Actor != v.Person.ID {
			continue
		}
		if office, err := permitActIn(spec, v, p, o.Subject, o.Offices); err == nil && !draftedThemself(p, v, o.Kind) && !answersThemself(p, v, o.Kind, o.Subject) && !ofAnotherGroup(p, v, office) {
			list = append(list, o)
		}
	}
	return list
}

// checkAct checks that the act brings what it must and nothing it does not take,
// and tidies its texts.
func checkAct(spec deliberation.ActSpec, in *actInput) error {
	var f fields
	text, optional := spec.Wants(deliberation.NeedText), spec.Wants(deliberation.OptionalText)
	in.Text = f.text("text", in.Text, text, deliberation.MaxText)
	f.want(text || optional || in.Text == "", "text", unexpected)

	moment, maybe := spec.Wants(deliberation.NeedMoment), spec.Wants(deliberation.OptionalTime)
	f.want(!moment || !in.At.IsZero(), "at", required)
	f.want(moment || maybe || in.At.IsZero(), "at", unexpected)
	f.want(in.At.IsZero() || in.At.Year() >= 2000 && in.At.Year() < 2200, "at", notADate)

	place := spec.Wants(deliberation.NeedPlace)
	in.Place = f.text("place", in.Place, place, maxLine)
	f.want(place || in.Place == "", "place", unexpected)

	subject := spec.Wants(deliberation.NeedSubject)
	f.want(!subject || in.Subject != "", "subject", required)
	f.want(in.Subject == "" || isID(in.Subject), "subject", notAChoice)

	f.want(in.Days >= 0 && in.Days <= maxDays, "days", notANumber)
	f.want(in.Days == 0 || spec.Wants(deliberation.OptionalDays), "days", unexpected)
	f.want(!in.Urgent || spec.Wants(deliberation.OptionalFlag), "urgent", unexpected)

	f.amount("income_fen", in.IncomeFen)
	f.amount("spending_fen", in.SpendingFen)
	amounts := in.IncomeFen != 0 || in.SpendingFen != 0
	f.want(!amounts || spec.Wants(deliberation.NeedAmounts), "income_fen", unexpected)
	voting := spec.Wants(deliberation.NeedVoting)
	f.want(!voting || slices.Contains(deliberation.Votings, in.Voting), "voting", notAChoice)
	f.want(voting || in.Voting == "", "voting", unexpected)
	category := spec.Wants(deliberation.NeedCategory)
	f.want(!category || in.Category != "", "category", required)
	f.want(category || in.Category == "", "category", unexpected)
	decision := spec.Wants(deliberation.NeedDecision)
	f.want(!decision || in.Decision == decideAccept || in.Decision == decideRefuse, "decision", notAChoice)
	f.want(decision || in.Decision == "", "decision", unexpected)
	finding := slices.Contains(deliberation.FindingsOf(spec.Kind), in.Finding)
	f.want(!spec.Wants(deliberation.NeedFinding) || finding, "finding", notAChoice)
	f.want(in.Finding == "" || finding, "finding", unexpected)
	f.want(in.Item == "" || spec.Kind == deliberation.ForwardMatter && isID(in.Item), "item", unexpected)
	f.want(len(in.Participants) == 0 || spec.Wants(deliberation.NeedParticipants), "participants", unexpected)
	checkElectionAct(&f, spec, in)
	checkMotion(&f, spec, &in.motionInput)
	checkCounts(&f, spec, in.Counts)
	survey := spec.Wants(deliberation.NeedSurvey)
	f.want(!survey || in.Survey != nil, "asked", required)
	f.want(survey || in.Survey == nil, "asked", unexpected)
	checkPhoto(&f, spec, in)
	return f.refusal()
}

// checkElectionAct checks whom an act of an election names, and for which post.
func checkElectionAct(f *fields, spec deliberation.ActSpec, in *actInput) {
	people := spec.Wants(deliberation.NeedPeople)
	f.want(!people || len(in.People) > 0, "people", required)
	f.want(people || len(in.People) == 0, "people", unexpected)
	f.want(len(in.People) <= maxNamed, "people", tooMany)
	f.want(in.Post == "" || spec.Wants(deliberation.OptionalPost) && slices.Contains(deliberation.ElectionPosts, in.Post), "post", notAChoice)
}

// What a decision may say.
const (
	decideAccept = "accept"
	decideRefuse = "refuse"
)

// maxHands is more than any hall holds.
const maxHands = 100_000

func checkCounts(f *fields, spec deliberation.ActSpec, c *deliberation.HandCount) {
	wanted := spec.Wants(deliberation.NeedCounts)
	f.want(!wanted || c != nil, "yes", required)
	f.want(wanted || c == nil, "yes", unexpected)
	if c == nil {
		return
	}
	for field, n := range map[string]int{"yes": c.Yes, "no": c.No, "abstain": c.Abstain} {
		f.want(n >= 0 && n <= maxHands, field, notANumber)
	}
}

func checkPhoto(f *fields, spec deliberation.ActSpec, in *actInput) {
	need, optional := spec.Wants(deliberation.NeedFile), spec.Wants(deliberation.OptionalFile)
	switch {
	case len(in.Photo) == 0:
		f.want(!need, "photo", required)
	case !need && !optional:
		f.add("photo", unexpected, 0)
	case len(in.Photo) > maxPhoto:
		f.add("photo", tooLong, maxPhoto)
	default:
		in.PhotoType = photoType(in.Photo, in.PhotoType)
		f.want(in.PhotoType != "", "photo", notAnImage)
	}
}

// filePaper files what the act brings: an image, else its text. An act without
// either has no paper.
func (s *Server) filePaper(ctx context.Context, v viewer, p deliberation.Proceeding, spec deliberation.ActSpec, in actInput) (deliberation.PaperRef, error) {
	paper := deliberation.Paper{
		PaperRef: deliberation.PaperRef{Kind: paperKind(spec.Kind, p.Status.Stage)},
		Process:  p.ID, Author: v.Person.ID, Created: s.now(),
	}
	switch {
	case len(in.Photo) > 0:
		paper.Kind, paper.MediaType, paper.Content = deliberation.PaperPhoto, in.PhotoType, in.Photo
	case spec.Kind == deliberation.Convene:
		paper.MediaType, paper.Content = plainText, []byte(noticeText(in))
	case len(in.Options) > 0:
		paper.MediaType, paper.Content = plainText, []byte(deliberation.WithOptions(in.Text, in.Options))
	case in.Text != "":
		paper.MediaType, paper.Content = plainText, []byte(in.Text)
	default:
		return deliberation.PaperRef{}, nil
	}
	return s.Papers.FilePaper(ctx, paper)
}

const plainText = "text/plain; charset=utf-8"

// noticeText is the notice of a meeting as it is sent and printed 会议通知.
func noticeText(in actInput) string {
	at := in.At.In(deliberation.Shanghai)
	return fmt.Sprintf("时间:%s%02d:%02d\n地点:%s\n\n%s", deliberation.DateOf(at).Words("zh"), at.Hour(), at.Minute(), in.Place, in.Text)
}

// paperKind says what paper an act files in a stage.
func paperKind(kind deliberation.ActKind, stage deliberation.Stage) deliberation.PaperKind {
	switch kind {
	case deliberation.Propose:
		return deliberation.PaperProposal
	case deliberation.PutMotion:
		return deliberation.PaperMotion
	case deliberation.FileResolution:
		return deliberation.PaperFiling
	case deliberation.DraftDisclosure:
		return deliberation.PaperDisclosure
	case deliberation.ConfirmDisclosure:
		return deliberation.PaperJoint
	case deliberation.RuleOnObjection:
		return deliberation.PaperAdvice
	case deliberation.Convene:
		return deliberation.PaperNotice
	case deliberation.Amend:
		return deliberation.PaperDraft
	case deliberation.RecordMinutes:
		return deliberation.PaperMinutes
	case deliberation.Advise, deliberation.GuideRectification, deliberation.GuideDemand:
		return deliberation.PaperAdvice
	case deliberation.Withdraw, deliberation.WithdrawDemand, deliberation.RequestChange, deliberation.DropMotion, deliberation.VoidPoll, deliberation.ReplaceChair, deliberation.TurnToFull, deliberation.AskHearing, deliberation.SignRecord, deliberation.NoteRecord:
		return deliberation.PaperReason
	case deliberation.Publish:
		if slices.Contains(deliberation.HearingStages, stage) {
			return deliberation.PaperHearing
		}
		if stage == deliberation.ResultDisclosure {
			return deliberation.PaperResult
		}
		return deliberation.PaperResolution
	case deliberation.PostAudit, deliberation.NameElectionCommittee, deliberation.ApproveScheme, deliberation.PostElectors, deliberation.AnswerNomination,
		deliberation.ReviewCandidate, deliberation.PostCandidates, deliberation.WithdrawCandidacy, deliberation.PostponeElection, deliberation.DeclineSeat,
		deliberation.DeclareResult, deliberation.CompleteElectionStep, deliberation.DefendRecall:
		return deliberation.PaperElection
	case deliberation.FileResignation:
		return deliberation.PaperReason
	case deliberation.ProposeCandidate, deliberation.AnswerProposal, deliberation.SettleCandidates:
		return deliberation.PaperChoosing
	case deliberation.RuleOnList, deliberation.RuleOnChallenge:
		return deliberation.PaperAnswer
	case deliberation.Object, deliberation.ContestAnswer, deliberation.ChallengeElection:
		return deliberation.PaperObjection
	case deliberation.AnswerObjection, deliberation.AnswerQuestion, deliberation.AnswerDemand, deliberation.AnswerQuickly, deliberation.ReportRectified:
		return deliberation.PaperAnswer
	case deliberation.ReportProgress:
		return deliberation.PaperProgress
	case deliberation.EnterItem, deliberation.ReportItem:
		return deliberation.PaperItem
	case deliberation.SettleItem:
		return deliberation.PaperAnswer
	case deliberation.MergeOpinions:
		return deliberation.PaperMerged
	case deliberation.FileSurvey:
		return deliberation.PaperSurvey
	case deliberation.ScreenTopic:
		return deliberation.PaperScreening
	case deliberation.NameParticipants:
		return deliberation.PaperList
	case deliberation.FormOpinion:
		return deliberation.PaperConsulted
	case deliberation.ReportBack:
		return deliberation.PaperCarriedOut
	case deliberation.SettleHearing, deliberation.FileHearingReport:
		return deliberation.PaperHearing
	case deliberation.ForwardRatings, deliberation.ReplyToRating:
		return deliberation.PaperRating
	case deliberation.ExplainGrade, deliberation.CheckMeasures, deliberation.RuleOnRow, deliberation.AnnounceEnd:
		return deliberation.PaperGrade
	case deliberation.ReportResult:
		return deliberation.PaperResult
	}
	return deliberation.PaperSupervise // what is left is the supervisors'
}
