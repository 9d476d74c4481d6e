package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// answerLimit bounds how long one answer may take, and answerSize how long it may be.
const (
	answerLimit = 40 * time.Second
	answerSize  = 8 << 20
)

// conn is a client with one kept-alive connection. It writes requests by hand: a
// client shares the server's cores, and what it costs is not what is measured.
type conn struct {
	address string
	c       net.Conn
	r       *bufio.Reader
	buf     bytes.Buffer
}

type answer struct {
	status int
	retry  time.Duration // Retry-After, nought where there is none
	header http.Header
	body   []byte
}

// post sends JSON, with a session and an Idempotency-Key where they are not empty.
func (c *conn) post(path, session, key, body string) (answer, error) {
	c.buf.Reset()
	fmt.Fprintf(&c.buf, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n", path, c.address, len(body))
	if session != "" {
		fmt.Fprintf(&c.buf, "Authorization: Bearer %s\r\n", session)
	}
	if key != "" {
		fmt.Fprintf(&c.buf, "Idempotency-Key: %s\r\n", key)
	}
	c.buf.WriteString("\r\n")
	c.buf.WriteString(body)
	return c.send()
}

// form sends a form as a browser does, with its cookies.
func (c *conn) form(path, cookies, body string) (answer, error) {
	c.buf.Reset()
	fmt.Fprintf(&c.buf, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nCookie: %s\r\nOrigin: http://%s\r\n\r\n%s",
		path, c.address, len(body), cookies, c.address, body)
	return c.send()
}

// get asks for a page as a browser does, with its cookies.
func (c *conn) get(path, cookies string) (answer, error) {
	c.buf.Reset()
	fmt.Fprintf(&c.buf, "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: text/html\r\nAccept-Language: zh-CN\r\nCookie: %s\r\n\r\n", path, c.address, cookies)
	return c.send()
}

// send writes what is in the buffer and reads the answer. After an error the next
// request goes over a new connection.
func (c *conn) send() (answer, error) {
	a, err := c.exchange()
	if err != nil {
		c.close()
	}
	return a, err
}

func (c *conn) exchange() (answer, error) {
	if c.c == nil {
		dialled, err := net.DialTimeout("tcp", c.address, answerLimit)
		if err != nil {
			return answer{}, err
		}
		c.c, c.r = dialled, bufio.NewReaderSize(dialled, 16<<10)
	}
	if err := c.c.SetDeadline(time.Now().Add(answerLimit)); err != nil {
		return answer{}, err
	}
	if _, err := c.c.Write(c.buf.Bytes()); err != nil {
		return answer{}, err
	}
	resp, err := http.ReadResponse(c.r, nil)
	if err != nil {
		return answer{}, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, answerSize))
	if err != nil {
		return answer{}, err
	}
	seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
	if err := resp.Body.Close(); err != nil {
		return answer{}, err
	}
	if resp.Close {
		c.close()
	}
	return answer{status: resp.StatusCode, retry: time.Duration(seconds) * time.Second, header: resp.Header, body: body}, nil
}

func (c *conn) close() {
	if c.c != nil {
		_ = c.c.Close()
		c.c = nil
	}
}
