package server

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
)

// action is what a route does, as far as permission goes.
type action string

// The actions. What is done to a process by an act has its finer row in
// deliberation.ActSpecs; see permitAct.
const (
	toReadPublic     action = "read_public"     // the notice board, the rules, the clock
	toLoadAsset      action = "load_asset"      // files that are the same for all: no session is looked up
	toSignIn         action = "sign_in"         // use a one-time link
	toSignOut        action = "sign_out"        //
	toReadOwn        action = "read_own"        // who am I, what have I to do
	toReadCase       action = "read_case"       // a process of one's own community
	toReadPaper      action = "read_paper"      // papers: what hangs on the board is public, the rest is not; see readPaper
	toReadDossier    action = "read_dossier"    // the whole file, names and choices included
	toReadSignatures action = "read_signatures" // who signed a joint demand
	toReadChoices    action = "read_choices"    // who chose what in a recorded poll that is closed
	toStart          action = "start"           // begin a process
	toDemand         action = "demand"          // begin a joint demand
	toStartAppraisal action = "start_appraisal" // begin the yearly report and appraisal
	// toRateDepartments is to begin a rating of departments.
	toRateDepartments action = "rate_departments"
	toConsult         action = "consult"        // propose a topic for consultation
	toName            action = "name"           // name the participants of a consultation
	toStartElection   action = "start_election" // begin an election or a recall
	toRunElection     action = "run_election"   // the registration desk of an election; its committee or the clerk
	toNominate        action = "nominate"       // hand in a nomination; the list of electors decides
	toPlanHearing     action = "plan_hearing"   // who presides over a hearing, its sides and experts
	toSignUp          action = "sign_up"        // sign up for a hearing oneself, and speak at it in writing; the lots decide
	toEnterSignUp     action = "enter_sign_up"  // enter what came on paper or by telephone, and write down what was said
	toReadSignUps     action = "read_sign_ups"  // who signed up for a hearing
	toDisclose        action = "disclose"       // begin the disclosure of an item
	toDraft           action = "draft"          // hand in the text or table of a disclosure
	toReport          action = "report"         // one's own yearly report; the list of those appraised decides
	toSignDemand      action = "sign_demand"    // sign a joint demand oneself; the roll of the day decides
	toEnterSheet      action = "enter_sheet"    // copy a paper sheet of signatures
	toAct             action = "act"            // any act; permitAct decides which
	toVote            action = "vote"           // cast one's own ballot; the frozen roll decides
	toCheckIn         action = "check_in"       // sign in to a meeting; the frozen roll decides
	toCheckInOther    action = "check_in_other" // sign in somebody at the table
	toIssuePaper      action = "issue_paper"    // hand out paper ballots at the table
	toCountPaper      action = "count_paper"    // open boxes and read paper ballots in
	toRunHall         action = "run_hall"       // call speakers, enter observers, the operator's page of the hall
	toGiveMandate     action = "give_mandate"   // let another vote for oneself, and take it back
	toFileMandate     action = "file_mandate"   // do so for somebody whose letter one has
	toReadEstates     action = "read_estates"   // units with their owners
	toEditEstates     action = "edit_estates"   // add estates, put units in
	toGiveOpinion     action = "give_opinion"   //
	toAnswer          action = "answer_opinion" //
	toPutInBox        action = "put_in_box"     // put an opinion into the box; without an account where the community allows it
	toReadBox         action = "read_box"       // what is in the opinion box
	toSetBox          action = "set_box"        // let the box take opinions without an account
	toRunEngine       action = "run_engine"     // the engine's own page

	toReadPlaces   action = "read_places"   // the tree of places, one's own part of it
	toEnter        action = "enter"         // choose the community to look at, below one's own place
	toManagePlaces action = "manage_places" // add and rename places
	toRecordHeld   action = "record_held"   // enter a meeting held without Yishi
	toReadBodies   action = "read_bodies"   // who holds which office, and whether a body is lawfully composed
	toReadRoster   action = "read_roster"   // lists of persons and their records
	toEditRoster   action = "edit_roster"   // add and change persons
	toAppoint      action = "appoint"       // record and end offices
	toImport       action = "import"        // rosters from files
	toExport       action = "export"        // rosters to files
	toPrintSlips   action = "print_slips"   // one-time links for others
	toReadAudit    action = "read_audit"    // who did what in the community
	toReadMyData   action = "read_my_data"  // one's own record and who looked at it
	toProveSelf    action = "prove_self"    // password, passkey, code: to sign in, or to confirm
	toKeepSignIn   action = "keep_sign_in"  // one's own passwords, passkeys and sessions
	toAssist       action = "assist"        // help somebody at the table; both names are recorded
)

// supervised are the offices whose work the supervisory committee oversees: who
// holds one supervises nothing (村民委员会组织法 2018年修正 第三十二条: 村民委员会成员不得担任村务监督机构成员).
var supervised = []deliberation.Office{deliberation.Secretary, deliberation.BranchMember, deliberation.Director, deliberation.CommitteeMember}

// inOffice are those who may see a whole file: everybody who holds more than
// the right of an inhabitant. The operator runs the machine and is none of them.
var inOffice = []deliberation.Office{
	deliberation.Secretary, deliberation.BranchMember, deliberation.PartyMember, deliberation.Director, deliberation.CommitteeMember,
	deliberation.Supervisor, deliberation.Representative, deliberation.Clerk, deliberation.Guide,
}

// inhabitants are those whose opinion is asked.
var inhabitants = []deliberation.Office{
	deliberation.Resident, deliberation.HouseholdHead, deliberation.Representative, deliberation.PartyMember, deliberation.Secretary,
	deliberation.BranchMember, deliberation.Director, deliberation.CommitteeMember, deliberation.Supervisor, deliberation.Clerk,
}

// rule is one row: who may. A row without offices and not open is for everybody
// signed in.
type rule struct {
	open       bool
	offices    []deliberation.Office
	noOperator bool
	// fresh asks that the person proved who they are a short while ago.
	fresh bool
	// anywhere is for what belongs to no community, so that none need be chosen.
	anywhere bool
	// assisted is what may be done on the device of somebody who helps at the table.
	assisted bool
}

// rules is the policy of all actions but acts. An action without a row is refused.
var rules = map[action]rule{
	toReadPublic:      {open: true, assisted: true},
	toLoadAsset:       {open: true, assisted: true},
	toSignIn:          {open: true, assisted: true},
	toSignOut:         {open: true, assisted: true},
	toReadOwn:         {anywhere: true, assisted: true},
	toReadCase:        {assisted: true},
	toReadPaper:       {open: true, assisted: true},
	toReadDossier:     {offices: inOffice, noOperator: true},
	toReadChoices:     {noOperator: true, assisted: true},
	toStart:           {offices: []deliberation.Office{deliberation.Secretary, deliberation.BranchMember, deliberation.Director, deliberation.CommitteeMember, deliberation.Clerk}, noOperator: true},
	toDemand:          {offices: []deliberation.Office{deliberation.Resident, deliberation.HouseholdHead, deliberation.Representative, deliberation.Owner}, noOperator: true},
	toStartAppraisal:  {offices: []deliberation.Office{deliberation.SupervisionHead, deliberation.Secretary}, noOperator: true},
	toName:            {offices: []deliberation.Office{deliberation.Secretary, deliberation.Director, deliberation.CommitteeMember}, noOperator: true},
	toRateDepartments: {offices: []deliberation.Office{deliberation.SupervisionHead, deliberation.Secretary, deliberation.Director, deliberation.Clerk}, noOperator: true},
	toConsult: {offices: []deliberation.Office{
		deliberation.Secretary, deliberation.BranchMember, deliberation.Director, deliberation.CommitteeMember, deliberation.Supervisor,
		deliberation.Representative, deliberation.PartyMember, deliberation.GroupHead, deliberation.Clerk,
	}, noOperator: true},
	toDisclose:       {offices: []deliberation.Office{deliberation.Director, deliberation.CommitteeMember, deliberation.Clerk, deliberation.Secretary}, noOperator: true},
	toDraft:          {offices: []deliberation.Office{deliberation.Director, deliberation.CommitteeMember, deliberation.Clerk}, noOperator: true},
	toReport:         {offices: []deliberation.Office{deliberation.Director, deliberation.DeputyDirector, deliberation.CommitteeMember, deliberation.Secretary}, noOperator: true},
	toPlanHearing:    {offices: []deliberation.Office{deliberation.Secretary, deliberation.Director, deliberation.CommitteeMember, deliberation.Clerk}, noOperator: true},
	toSignUp:         {noOperator: true, assisted: true},
	toEnterSignUp:    {offices: []deliberation.Office{deliberation.Clerk}, noOperator: true},
	toReadSignUps:    {offices: []deliberation.Office{deliberation.Clerk, deliberation.Supervisor}, noOperator: true},
	toSignDemand:     {noOperator: true, assisted: true},
	toEnterSheet:     {offices: []deliberation.Office{deliberation.Clerk}, noOperator: true},
	toReadSignatures: {offices: []deliberation.Office{deliberation.Clerk, deliberation.Supervisor}, noOperator: true},
	toAct:            {noOperator: true},
	toVote:           {noOperator: true, assisted: true},
	toCheckIn:        {noOperator: true, assisted: true},
	toCheckInOther:   {offices: []deliberation.Office{deliberation.Clerk, deliberation.ElectionCommitteeMember}, noOperator: true},
	toIssuePaper:     {offices: []deliberation.Office{deliberation.Clerk, deliberation.ElectionCommitteeMember}, noOperator: true},
	toCountPaper:     {offices: []deliberation.Office{deliberation.Clerk, deliberation.CommitteeMember, deliberation.BranchMember, deliberation.Supervisor, deliberation.ElectionCommitteeMember}, noOperator: true},
	toStartElection:  {offices: []deliberation.Office{deliberation.Secretary, deliberation.Director, deliberation.CommitteeMember, deliberation.Clerk}, noOperator: true},
	toRunElection:    {offices: []deliberation.Office{deliberation.Clerk, deliberation.ElectionCommitteeMember}, noOperator: true},
	toNominate:       {noOperator: true},
	toGiveMandate:    {noOperator: true},
	toFileMandate:    {offices: []deliberation.Office{deliberation.Clerk, deliberation.ElectionCommitteeMember}, noOperator: true},
	toReadEstates:    {offices: rosterReaders},
	toEditEstates:    {offices: rosterKeepers, fresh: true},
	toRunHall:        {offices: []deliberation.Office{deliberation.Secretary, deliberation.BranchMember, deliberation.Director, deliberation.CommitteeMember, deliberation.Clerk}, noOperator: true},
	toGiveOpinion:    {offices: inhabitants, noOperator: true, assisted: true},
	toAnswer:         {offices: []deliberation.Office{deliberation.Secretary, deliberation.BranchMember, deliberation.Director, deliberation.CommitteeMember, deliberation.Clerk}, noOperator: true},
	toPutInBox:       {open: true, assisted: true},
	toReadBox:        {offices: []deliberation.Office{deliberation.Secretary, deliberation.BranchMember, deliberation.Director, deliberation.CommitteeMember, deliberation.Clerk, deliberation.Supervisor}, noOperator: true},
	toSetBox:         {offices: []deliberation.Office{deliberation.Secretary, deliberation.Director}, noOperator: true},
	toRunEngine:      {offices: []deliberation.Office{deliberation.Operator}, anywhere: true},

	toReadPlaces:   {anywhere: true},
	toEnter:        {offices: []deliberation.Office{deliberation.Guide, deliberation.Analyst, deliberation.Operator}, anywhere: true},
	toManagePlaces: {offices: []deliberation.Office{deliberation.Operator}, fresh: true, anywhere: true},
	toRecordHeld:   {offices: []deliberation.Office{deliberation.Secretary, deliberation.Director, deliberation.Clerk, deliberation.Supervisor}, noOperator: true},
	toReadBodies:   {},
	toReadRoster:   {offices: rosterReaders},
	toEditRoster:   {offices: rosterKeepers, fresh: true},
	toAppoint:      {offices: []deliberation.Office{deliberation.Secretary, deliberation.Clerk, deliberation.Operator}, fresh: true},
	toImport:       {offices: rosterKeepers, fresh: true},
	toExport:       {offices: []deliberation.Office{deliberation.Secretary, deliberation.Director}, fresh: true, noOperator: true},
	toPrintSlips:   {offices: []deliberation.Office{deliberation.Secretary, deliberation.Clerk}, fresh: true, noOperator: true},
	toReadAudit:    {offices: []deliberation.Office{deliberation.Supervisor, deliberation.Guide}, noOperator: true},
	toReadMyData:   {anywhere: true},
	toProveSelf:    {open: true},
	toKeepSignIn:   {anywhere: true},
	toAssist:       {offices: []deliberation.Office{deliberation.Clerk}, noOperator: true},
}

// rosterReaders may look persons up, rosterKeepers may change them. Who votes
// beside somebody has no claim to their identity number.
var (
	rosterReaders = []deliberation.Office{deliberation.Secretary, deliberation.Director, deliberation.Clerk, deliberation.Guide, deliberation.Operator}
	rosterKeepers = []deliberation.Office{deliberation.Secretary, deliberation.Director, deliberation.Clerk, deliberation.Operator}
)

// permit decides whether somebody may do an action to a thing of the community
// they stand in, or of another. It gives nil or a *deliberation.Refusal.
func permit(a action, v viewer, own bool) error {
	r, known := rules[a]
	switch {
	case !known:
		return deliberation.Refuse(deliberation.RefuseNotFound)
	case v.Assistant.ID != "" && !r.assisted:
		return deliberation.Refuse(deliberation.RefuseAssisted)
	case r.open:
		return nil
	case !v.SignedIn:
		return deliberation.Refuse(deliberation.RefuseSignIn)
	case v.Weak && a != toKeepSignIn:
		return deliberation.Refuse(deliberation.RefuseSecondFactor)
	case !own:
		return deliberation.Refuse(deliberation.RefuseNotFound)
	case r.noOperator && v.Holds(deliberation.Operator):
		return deliberation.Refuse(deliberation.RefuseNotEntitled)
	case len(r.offices) > 0 && !v.Holds(r.offices...):
		return deliberation.Refuse(deliberation.RefuseNotEntitled)
	case !r.anywhere && v.Community.ID == "":
		return deliberation.Refuse(deliberation.RefuseEnterCommunity)
	case r.fresh && !v.Fresh:
		return deliberation.Refuse(deliberation.RefuseFreshSignIn)
	}
	return nil
}

// permitAct decides in which office somebody may do an act to a process of the
// community they stand in, or of another. narrowed are the offices the stage
// leaves, empty where it leaves all of the act's row. Who is overseen neither
// supervises nor, as the guide, oversees from above.
func permitAct(spec deliberation.ActSpec, v viewer, own bool, narrowed []deliberation.Office) (deliberation.Office, error) {
	if err := permit(toAct, v, own); err != nil {
		return "", err
	}
	oversees := spec.Supervisory || slices.Equal(spec.Offices, []deliberation.Office{deliberation.Guide})
	if oversees && v.Holds(supervised...) {
		return "", &deliberation.Refusal{Code: deliberation.RefuseSupervisedSelf, Act: spec.Kind}
	}
	for _, o := range spec.Offices {
		if v.Holds(o) && (len(narrowed) == 0 || slices.Contains(narrowed, o)) {
			return o, nil
		}
	}
	return "", &deliberation.Refusal{Code: deliberation.RefuseNotEntitled, Act: spec.Kind}
}

// actionOf gives the action of the route that was matched, empty where the
// policy knows none.
func actionOf(c echo.Context) action { return routes[c.Request().Method+" "+c.Path()] }

// authorise refuses who may not take the route at all. What depends on the thing
// itself, its community first, is for the command to ask.
func (s *Server) authorise(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		a := actionOf(c)
		if a == "" {
			return s.noSuchRoute(c)
		}
		v, err := s.situate(c, s.viewer(c))
		if err != nil {
			return err
		}
		if v, err = s.derive(c, a, v); err != nil {
			return err
		}
		if err := permit(a, v, true); err != nil {
			return err
		}
		return next(c)
	}
}

// noSuchRoute tells an address that is not there from one that takes other methods.
func (s *Server) noSuchRoute(c echo.Context) error {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
		probe := s.echo.NewContext(c.Request(), nil)
		s.echo.Router().Find(method, c.Request().URL.Path, probe)
		if routes[method+" "+probe.Path()] != "" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	c.Response().Header().Set(echo.HeaderAllow, strings.Join(allowed, ", "))
	return deliberation.Refuse(deliberation.RefuseMethod)
}

// unlisted names the first route without a row.
func unlisted(e *echo.Echo) error {
	for _, r := range e.Routes() {
		if r.Method == echo.RouteNotFound {
			continue
		}
		if _, ok := routes[r.Method+" "+r.Path]; !ok {
			return fmt.Errorf("route %s %s has no row in the policy (apiRoutes or pageRoutes)", r.Method, r.Path)
		}
	}
	return nil
}
