package server

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// What may be wrong with a field of the roster, beside the problems of all forms.
const (
	identityLength     = "identity_length"
	identityCharacters = "identity_characters"
	identityDate       = "identity_date"
	identityChecksum   = "identity_checksum"
	notAsIdentity      = "not_as_identity"
	notAPhone          = "not_a_phone"
	notPossible        = "not_possible"
	inFuture           = "in_future"
	beforeFrom         = "before_from"
	noSuchHousehold    = "no_such_household"
	severalHouseholds  = "several_households"
	householdNeeded    = "household_needed"
	sameName           = "same_name"
	kinSelf            = "kin_self"
)

// maxName bounds a name in runes; the longest names of the minorities stay below it.
const maxName = 60

// showPerson shows a record. Who looked is noted before anything is shown.
func (w *site) showPerson(c echo.Context) error { return w.person(c, false) }

// revealPerson shows a record with its numbers in full, and notes that apart.
func (w *site) revealPerson(c echo.Context) error { return w.person(c, true) }

func (w *site) person(c echo.Context, reveal bool) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	r, err := w.record(c, toReadRoster)
	if err != nil {
		return err
	}
	note := w.Audit.NoteView
	if reveal {
		note = w.Audit.NoteReveal
	}
	if err := note(ctx, v.Person.ID, r.ID); err != nil {
		return err
	}
	view := pages.PersonView{
		Page: w.page(c, "more", r.Name), R: r, Revealed: reveal,
		MayEdit: v.Holds(rules[toEditRoster].offices...), MaySlip: mayPrintSlips(v),
	}
	view.Path = "/persons/" + string(r.ID)
	if view.Household, err = w.household(ctx, r); err != nil {
		return err
	}
	held, err := w.Roster.OfficesOf(ctx, r.ID)
	if err != nil {
		return err
	}
	view.Offices = slices.DeleteFunc(held, func(o deliberation.OfficeHeld) bool { return !view.Held(o) })
	if view.Kin, view.Names, err = w.kinOf(ctx, r.ID); err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Person(view))
}

// kinOf gives the near relatives of a person with their names.
func (w *site) kinOf(ctx context.Context, id deliberation.PersonID) ([]deliberation.Kinship, pages.Names, error) {
	kin, err := w.Roster.KinOf(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	var ids []deliberation.PersonID
	for _, k := range kin {
		ids = append(ids, k.B)
	}
	names, err := w.names(ctx, ids)
	return kin, names, err
}

// newPersonForm asks for a new person.
func (w *site) newPersonForm(c echo.Context) error {
	view, err := w.personFormView(c, deliberation.PersonRecord{})
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.PersonFormPage(view))
}

// editPersonForm shows a record to be changed. Looking at it is noted like any look.
func (w *site) editPersonForm(c echo.Context) error {
	ctx := c.Request().Context()
	r, err := w.changeable(c, toEditRoster)
	if err != nil {
		return err
	}
	if err := w.Audit.NoteView(ctx, w.viewer(c).Person.ID, r.ID); err != nil {
		return err
	}
	view, err := w.personFormView(c, r)
	if err != nil {
		return err
	}
	h, err := w.household(ctx, r)
	if err != nil {
		return err
	}
	view.Was = view.Facts(r, h, false)
	view.Form = pages.PersonForm{
		Name: r.Name, Sex: string(r.Sex), Birth: r.Birth.String(), Group: r.Group, Household: h.Number, Building: h.Building,
		Relation: string(r.Relation), Hukou: string(r.Hukou), Since: r.Since.String(), Version: strconv.FormatInt(r.Version, 10),
	}
	return w.render(c, http.StatusOK, pages.PersonFormPage(view))
}

// personFormView is the form without anything typed; the zero record is a new person.
func (w *site) personFormView(c echo.Context, r deliberation.PersonRecord) (pages.PersonFormView, error) {
	v := w.viewer(c)
	if err := here(v); err != nil {
		return pages.PersonFormView{}, err
	}
	title := "person_edit_title"
	if r.ID == "" {
		title = "person_new_title"
	}
	view := pages.PersonFormView{
		Page: w.page(c, "more", title), ID: r.ID, Name: r.Name,
		IdentityMask: pages.MaskIdentity(r.Identity), PhoneMask: pages.MaskPhone(r.Phone),
	}
	var err error
	view.Groups, view.Buildings, err = w.groupsOf(c.Request().Context(), v.Community.ID)
	return view, err
}

// addPerson adds a person. One of a name that is there already asks to be confirmed,
// which also keeps a form sent twice from making two persons.
func (w *site) addPerson(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	view, err := w.personFormView(c, deliberation.PersonRecord{})
	if err != nil {
		return err
	}
	view.Form = personForm(c)
	if view.Form.Sure != "yes" && view.Form.Name != "" {
		if view.Same, err = w.sameName(ctx, v, view.Form.Name); err != nil {
			return err
		}
	}
	blank := deliberation.PersonRecord{Standing: deliberation.Present}
	blank.Community = v.Community.ID
	var wrong fields
	wrong.want(len(view.Same) == 0, "sure", sameName)
	id, err := w.savePerson(ctx, v, blank, view.Form, wrong)
	if err == nil {
		return after(c, "/persons/"+string(id), "done_person_saved")
	}
	return w.showPersonForm(c, view, err)
}

func (w *site) sameName(ctx context.Context, v viewer, name string) ([]deliberation.PersonLine, error) {
	list, _, err := w.Roster.FindPersons(ctx, deliberation.PersonQuery{Community: v.Community.ID, Text: name, On: w.Server.today(), Limit: rosterSize})
	return slices.DeleteFunc(list, func(l deliberation.PersonLine) bool { return l.Name != name }), err
}

// editPerson changes a record. Where somebody else changed it meanwhile, the form
// comes back with what they changed and nothing typed lost.
func (w *site) editPerson(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	r, err := w.changeable(c, toEditRoster)
	if err != nil {
		return err
	}
	view, err := w.personFormView(c, r)
	if err != nil {
		return err
	}
	view.Form = personForm(c)
	h, err := w.household(ctx, r)
	if err != nil {
		return err
	}
	now := view.Facts(r, h, false)
	for _, f := range now {
		view.Was = append(view.Was, pages.Fact{Field: f.Field, Value: c.FormValue("was_" + f.Field)})
	}
	if view.Form.Version != strconv.FormatInt(r.Version, 10) {
		err = deliberation.Refuse(deliberation.RefuseConflict)
	} else if _, err = w.savePerson(ctx, v, r, view.Form, nil); err == nil {
		return after(c, "/persons/"+string(r.ID), "done_person_saved")
	}
	if errors.Is(err, deliberation.Refuse(deliberation.RefuseConflict)) {
		if r, err = w.record(c, toEditRoster); err != nil {
			return err
		}
		if h, err = w.household(ctx, r); err != nil {
			return err
		}
		now = view.Facts(r, h, false)
		view.Changed, view.Was = changes(view.Was, now), now
		view.Form.Version = strconv.FormatInt(r.Version, 10)
		err = deliberation.Refuse(deliberation.RefuseConflict)
	}
	return w.showPersonForm(c, view, err)
}

// changes gives the facts that are not what they were.
func changes(was, now []pages.Fact) []pages.Change {
	before := map[string]string{}
	for _, f := range was {
		before[f.Field] = f.Value
	}
	var list []pages.Change
	for _, f := range now {
		if before[f.Field] != f.Value {
			list = append(list, pages.Change{Field: f.Field, Was: before[f.Field], Now: f.Value})
		}
	}
	return list
}

func (w *site) showPersonForm(c echo.Context, view pages.PersonFormView, err error) error {
	status, said := w.refused(namedInForm(err), view.Page, w.viewer(c).Lang)
	view.Problem = said
	return w.render(c, status, pages.PersonFormPage(view))
}

func personForm(c echo.Context) pages.PersonForm {
	value := func(name string) string { return strings.TrimSpace(c.FormValue(name)) }
	return pages.PersonForm{
		Name: value("name"), Sex: value("sex"), Birth: value("birth"), Identity: value("identity"), Phone: value("phone"), Group: value("group"),
		Household: value("household"), Building: value("building"), Relation: value("relation"), Hukou: value("hukou"), Since: value("since"),
		NewHousehold: value("new_household"), DropIdentity: value("drop_identity"), DropPhone: value("drop_phone"), Sure: value("sure"), Version: value("version"),
	}
}

// savePerson writes what was typed over a record. All that is wrong is said at
// once; a new household is made only when nothing else is wrong.
func (w *site) savePerson(ctx context.Context, v viewer, r deliberation.PersonRecord, form pages.PersonForm, wrong fields) (deliberation.PersonID, error) {
	if err := permit(toEditRoster, v, r.Community == v.Community.ID); err != nil {
		return "", err
	}
	wrong.typed(&r, form, w.Server.today())
	all, err := w.Roster.Households(ctx, r.Community)
	if err != nil {
		return "", err
	}
	fresh := wrong.home(&r, form, all)
	if err := wrong.refusal(); err != nil {
		return "", err
	}
	if fresh != nil {
		if r.Household, err = w.Roster.SaveHousehold(ctx, *fresh, v.Person.ID); err != nil {
			return "", err
		}
	}
	return w.Roster.SaveRecord(ctx, r, v.Person.ID)
}

// typed puts what was typed into a record.
func (f *fields) typed(r *deliberation.PersonRecord, form pages.PersonForm, today deliberation.Date) {
	r.Name = f.text("name", form.Name, true, maxName)
	r.Group = f.text("group", form.Group, false, maxLine)
	r.Sex = deliberation.Sex(form.Sex)
	f.want(oneOf(form.Sex, []string{"", string(deliberation.Female), string(deliberation.Male)}), "sex", notAChoice)
	r.Hukou = deliberation.Hukou(form.Hukou)
	f.want(oneOf(form.Hukou, []string{"", string(deliberation.HukouHere), string(deliberation.HukouElsewhere)}), "hukou", notAChoice)
	r.Relation = deliberation.Relation(form.Relation)
	f.want(r.Relation == "" || slices.Contains(pages.Relations, r.Relation), "relation", notAChoice)
	r.Birth = f.day("birth", form.Birth)
	f.want(r.Birth.IsZero() || deliberation.BirthPossible(r.Birth, today), "birth", notPossible)
	r.Since = f.day("since", form.Since)
	f.want(!r.Since.After(today), "since", inFuture)
	f.numbers(r, form, today)
}

// mobilePhone is a mobile number of mainland China.
var mobilePhone = regexp.MustCompile(`^1[3-9][0-9]{9}$`)

// numbers reads identity number and phone: an empty field keeps what is there,
// unless it is to be taken away. Birth and sex are filled from the number.
func (f *fields) numbers(r *deliberation.PersonRecord, form pages.PersonForm, today deliberation.Date) {
	switch {
	case form.Phone != "":
		r.Phone = strings.TrimPrefix(strings.ReplaceAll(plainDigits(form.Phone), "-", ""), "+86")
		f.want(mobilePhone.MatchString(r.Phone), "phone", notAPhone)
	case form.DropPhone == "yes":
		r.Phone = ""
	}
	switch {
	case form.Identity != "":
		r.Identity = deliberation.TidyIdentity(form.Identity)
	case form.DropIdentity == "yes":
		r.Identity = ""
	}
	if r.Identity == "" {
		return
	}
	birth, sex, err := deliberation.CheckIdentity(r.Identity)
	if err != nil {
		f.add("identity", identityProblem(err), 0)
		return
	}
	if r.Birth.IsZero() {
		r.Birth = birth
	}
	if r.Sex == "" {
		r.Sex = sex
	}
	f.want(r.Birth == birth, "birth", notAsIdentity)
	f.want(r.Sex == sex, "sex", notAsIdentity)
	f.want(deliberation.BirthPossible(birth, today), "identity", identityDate)
}

func identityProblem(err error) string {
	switch {
	case errors.Is(err, deliberation.ErrIdentityLength):
		return identityLength
	case errors.Is(err, deliberation.ErrIdentityDate):
		return identityDate
	case errors.Is(err, deliberation.ErrIdentityChecksum):
		return identityChecksum
	}
	return identityCharacters
}

// day reads a civil day; nothing typed is the zero day.
func (f *fields) day(field, s string) deliberation.Date {
	if s == "" {
		return deliberation.Date{}
	}
	d, err := deliberation.ParseDate(s)
	f.want(err == nil, field, notADate)
	return d
}

// home finds the household that was typed: the one of the number, in the building
// and group where several have it. Where there is none it gives one to be made, if
// that is asked for.
func (f *fields) home(r *deliberation.PersonRecord, form pages.PersonForm, all []deliberation.Household) *deliberation.Household {
	number := f.text("household", form.Household, false, maxLine)
	building := f.text("building", form.Building, false, maxLine)
	if number == "" {
		f.want(building == "" && (r.Relation == "" || r.Relation == deliberation.RelationOther), "household", householdNeeded)
		r.Household = ""
		return nil
	}
	found := slices.DeleteFunc(slices.Clone(all), func(h deliberation.Household) bool {
		return h.Number != number || building != "" && h.Building != building
	})
	if same := slices.DeleteFunc(slices.Clone(found), func(h deliberation.Household) bool { return h.Group != r.Group }); len(found) > 1 && len(same) > 0 {
		found = same
	}
	if kept := slices.IndexFunc(found, func(h deliberation.Household) bool { return h.ID == r.Household }); kept >= 0 {
		found = found[kept : kept+1]
	}
	switch {
	case len(found) == 1:
		r.Household = found[0].ID
		if r.Group == "" {
			r.Group = found[0].Group
		}
	case len(found) > 1:
		f.add("household", severalHouseholds, 0)
	case form.NewHousehold != "yes":
		f.add("household", noSuchHousehold, 0)
	default:
		return &deliberation.Household{Community: r.Community, Group: r.Group, Building: building, Number: number}
	}
	return nil
}
