package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/yishi-project/yishi/config"
	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

type retainCmd struct {
	Apply bool   `help:"Take away what is past its period. It cannot be undone."`
	Yes   bool   `help:"With --apply: yes, for good."`
	AsOf  string `name:"as-of" help:"The day to reckon by; by default today." placeholder:"2026-12-01"`
}

var (
	retentionKinds = map[string]string{
		"sessions": "登录会话", "ceremonies": "未完成的登录和登记", "replies": "重复提交的应答缓存", "links": "一次性登录链接",
		"audit": "操作记录（审计）", "drafts": "没有启动的议事草稿", "papers": "没有用上的文书和照片", "uploads": "上传待导入的花名册", "import_images": "导入的撤销资料",
		"left": "迁出、死亡人员的资料", "elector_entries": "选民登记时的陈述", "box_opinions": "意见箱里已办结的意见", "box_senders": "意见箱的投递次数",
	}
	retentionSince = map[string]string{
		"ended": "失效、使用或作废之日", "kept": "产生之日", "recorded": "记录之日", "created": "形成之日", "imported": "导入之日", "left": "迁出或死亡之日",
	}
	retentionWhy = map[string]string{
		"unneeded": "处理目的已实现（个人信息保护法第四十七条第一款第一项）",
		"default":  "本系统默认",
		"log":      "本系统默认；不得少于网络安全法要求的六个月",
		"term":     "本系统默认：一届任期五年（两部组织法规定每届任期五年），届内的决定可能还要解释；个人信息保护法第十九条",
	}
)

// Run reports, and retires with --apply --yes.
func (c retainCmd) Run(ctx context.Context, s settings) error {
	asOf := deliberation.DateOf(time.Now().In(deliberation.Shanghai))
	if c.AsOf != "" {
		var err error
		if asOf, err = deliberation.ParseDate(c.AsOf); err != nil {
			return fmt.Errorf("--as-of: %w", err)
		}
	}
	return withStore(ctx, s, func(_ config.Config, store *models.Store) error {
		lines, err := store.Retire(ctx, asOf, console, c.Apply && c.Yes)
		if errors.Is(err, deliberation.Refuse(deliberation.RefuseTooEarly)) {
			return errors.New("--as-of 还没有到：可以预看，不能执行")
		}
		if err != nil {
			return err
		}
		if err := printRetention(os.Stdout, asOf, lines); err != nil {
			return err
		}
		if c.Apply && !c.Yes {
			return errors.New("什么都没有改动。清除以后不能撤销；确定要清除，请再加上 --yes")
		}
		return nil
	})
}

func printRetention(w io.Writer, asOf deliberation.Date, lines []models.RetentionLine) error {
	fmt.Fprintf(w, "保存期限，以 %s 为准\n", asOf)
	t := &table{header: []string{"资料", "期限", "起算", "已过期", "已清除", "暂留", "依据"}}
	for _, l := range lines {
		t.add(retentionKinds[l.What], periodText(l.Keep), retentionSince[l.Since], fmt.Sprint(l.Due), fmt.Sprint(l.Done), fmt.Sprint(l.Held), retentionWhy[l.Why])
	}
	if err := t.write(w); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, "“暂留”的人仍有任职，或者未结束的议事还需要他们。流程引擎的历史只有编号，议事结束 90 天后由引擎自行清除。")
	return err
}

func periodText(p models.Period) string {
	switch {
	case p.Years > 0:
		return fmt.Sprintf("%d 年", p.Years)
	case p.Days > 0:
		return fmt.Sprintf("%d 天", p.Days)
	}
	return "不保留"
}
