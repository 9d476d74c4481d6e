//go:build !noengine

package engine

import (
	"fmt"
	"io/fs"
	"net/http"

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
	return &webUI{Handler: e, conn: conn}, nil
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
