//go:build !noengine

package engine

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/temporalio/ui-server/v2/server/api"
	uiconfig "github.com/temporalio/ui-server/v2/server/config"
	"github.com/temporalio/ui-server/v2/server/route"
	"github.com/temporalio/ui-server/v2/ui"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

// webUI is Temporal's web page as a handler in this process. Its own server would open one more port
// without a sign-in.
type webUI struct {
	http.Handler
	conn *grpc.ClientConn
}

func (u *webUI) Close() error { return u.conn.Close() }

func newWebUI(address, namespace string, id *loopback) (*webUI, error) {
	cfg, err := uiconfig.NewConfigProviderWithRefresh(&uiconfig.Config{
		TemporalGRPCAddress: address,
		PublicPath:          UIPath,
		EnableUI:            true,
		DefaultNamespace:    namespace,
		// No calling home from the browser.
		DisableNewsFetch: true,
		// An act taken here would be in no record of Yishi.
		DisableWriteActions:      true,
		BatchActionsDisabled:     true,
		ActivityCommandsDisabled: true,
	})
	if err != nil {
		return nil, fmt.Errorf("engine: web page: %w", err)
	}
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(credentials.NewTLS(id.client())),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64<<20)))
	if err != nil {
		return nil, fmt.Errorf("engine: web page: %w", err)
	}
	e := echo.New()
	e.HideBanner = true
	e.Pre(route.PublicPath(UIPath))
	e.Use(middleware.Recover())
	setAPIRoutes(e, cfg, conn)
	assets, err := pageAssets()
	if err == nil {
		err = route.SetUIRoutes(e, UIPath, assets, cfg)
	}
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("engine: web page: %w", err)
	}
	route.SetRenderRoute(e, "/")
	e.Use(pagePolicy(e))
	return &webUI{Handler: e, conn: conn}, nil
}

var inlineScript = regexp.MustCompile(`(?s)<script>(.*?)</script>`)

// pagePolicy gives the page a content security policy: it comes without one under a path of its own.
// Its one inline script is named by its hash, and nothing may be asked of any other host.
func pagePolicy(page http.Handler) echo.MiddlewareFunc {
	index := httptest.NewRecorder()
	page.ServeHTTP(index, httptest.NewRequest(http.MethodGet, UIPath+"/", nil))
	scripts := "'strict-dynamic'"
	for _, s := range inlineScript.FindAllSubmatch(index.Body.Bytes(), -1) {
		sum := sha256.Sum256(s[1])
		scripts += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	policy := "default-src 'self'; script-src " + scripts + "; style-src 'self' 'unsafe-inline'; " +
		"img-src 'self' data: blob:; font-src 'self' data:; manifest-src 'self' data:; object-src 'none'; base-uri 'self'; " +
		"frame-ancestors 'self'; form-action 'self'"
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			// The page sets a header that speaks of frames only; the rendered notes have a stricter one.
			c.Response().Before(func() {
				h := c.Response().Header()
				if strings.HasPrefix(h.Get(echo.HeaderContentSecurityPolicy), "frame-src") {
					h.Set(echo.HeaderContentSecurityPolicy, policy)
				}
			})
			return next(c)
		}
	}
}

// setAPIRoutes is the page's own set of routes, over a connection that carries the certificate, and
// without the one that asks for newer releases.
func setAPIRoutes(e *echo.Echo, cfg *uiconfig.ConfigProviderWithRefresh, conn *grpc.ClientConn) {
	readOnly := route.DisableWriteMiddleware(cfg)
	g := e.Group("/api/v1")
	g.GET("/settings", api.GetSettings(cfg))
	g.GET("/releases", func(c echo.Context) error {
		return c.JSON(http.StatusOK, api.LatestReleasesResponse{Releases: map[string]string{}})
	})
	g.GET("/ui-extensions", api.GetUIExtensions(cfg, api.TemporalAccessCheck(conn, nil)))
	g.GET(api.WorkflowRawHistoryUrl, api.WorkflowRawHistoryHandler(workflowservice.NewWorkflowServiceClient(conn)), readOnly)
	g.Any("/*", api.TemporalAPIHandler(cfg, nil, conn), readOnly)
}

func pageAssets() (fs.FS, error) {
	all, err := ui.Assets()
	if err != nil {
		return nil, err
	}
	return fs.Sub(all, "local")
}
