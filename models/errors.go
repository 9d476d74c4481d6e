package models

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

// untranslatable is Postgres's code for text it cannot hold: a zero byte, or no UTF-8.
const untranslatable = "22021"

// wrap says what was being done. A refusal passes as it is, and a missing row is
// one. The text of an error never holds a value: parameters are not in it, and
// names and texts are sealed before they become parameters.
func wrap(doing string, err error) error {
	var refusal *deliberation.Refusal
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refusal):
		return refusal
	case errors.Is(err, gorm.ErrRecordNotFound), errors.Is(err, sql.ErrNoRows):
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	var server *pgconn.PgError
	if errors.As(err, &server) && server.Code == untranslatable {
		return deliberation.Refuse(deliberation.RefuseMalformed)
	}
	err = fmt.Errorf("models: %s: %w", doing, err)
	if gone(err) {
		return fmt.Errorf("%w: %w", deliberation.Refuse(deliberation.RefuseUnavailable), err)
	}
	return err
}

// gone reports whether PostgreSQL is away: it was not reached, went down, or starts
// anew. What was asked may be done or not; the same again tells.
func gone(err error) bool {
	var unreached *pgconn.ConnectError
	var network *net.OpError
	var server *pgconn.PgError
	switch {
	case errors.As(err, &server):
		return slices.Contains([]string{"57P01", "57P02", "57P03", "53300"}, server.Code) // shut down, crashed, starting, too many connections
	case errors.As(err, &unreached), errors.As(err, &network), errors.Is(err, driver.ErrBadConn), errors.Is(err, io.ErrUnexpectedEOF), pgconn.SafeToRetry(err):
		return true
	}
	return false
}

// missing turns a reference to what is not there into a refusal.
func missing(err error) error {
	if errors.Is(err, gorm.ErrForeignKeyViolated) {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return err
}

func invalid(field, problem string) error {
	return &deliberation.Refusal{
		Code:   deliberation.RefuseInvalid,
		Fields: []deliberation.FieldProblem{{Field: field, Problem: problem}},
	}
}
