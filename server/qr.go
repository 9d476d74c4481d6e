package server

import (
	"encoding/base64"
	"strings"

	goqr "github.com/piglig/go-qr"
)

// How a QR code is drawn: pixels a module, and quiet modules around.
const (
	qrScale  = 4
	qrBorder = 4
)

// qrCode draws a text as a QR code in SVG.
func qrCode(text string) ([]byte, error) {
	code, err := goqr.EncodeText(text, goqr.Medium)
	if err != nil {
		return nil, err
	}
	return code.ToSVGBytes(goqr.NewQrCodeImgConfig(qrScale, qrBorder, goqr.WithOptimalSVG()))
}

// qrTo draws the code that leads to a page of this installation, as an image within
// the page that shows it.
func (s *Server) qrTo(path string) (string, error) {
	svg, err := qrCode(strings.TrimSuffix(s.BaseURL, "/") + path)
	if err != nil {
		return "", err
	}
	return "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(svg), nil
}
