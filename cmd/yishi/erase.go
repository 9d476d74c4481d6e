package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/yishi-project/yishi/config"
	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

type eraseCmd struct {
	Person string `arg:"" help:"Id of the person."`
	Reason string `required:"" enum:"unneeded,period,withdrawn,unlawful,other" help:"Case of 个人信息保护法第四十七条第一款: unneeded (item 1), period (2), withdrawn (3), unlawful (4), other (5)."`
	Yes    bool   `help:"Do it. Without this, what would be erased is printed and nothing is changed."`
}

var erasureReasons = map[models.ErasureReason]string{
	models.EraseUnneeded:  "处理目的已实现、无法实现或者为实现处理目的不再必要（第一项）",
	models.ErasePeriod:    "停止提供服务，或者保存期限已届满（第二项）",
	models.EraseWithdrawn: "个人撤回同意（第三项）",
	models.EraseUnlawful:  "违反法律、行政法规或者违反约定处理个人信息（第四项）",
	models.EraseOther:     "法律、行政法规规定的其他情形（第五项）",
}

// dataKinds says in Chinese what the keys of models.ErasurePart and
// models.Retention mean.
var dataKinds = map[string]string{ //nolint:gosec // words for people, no secret
	"name": "姓名", "birth": "出生日期", "identity": "公民身份号码", "phone": "手机号码", "household": "户的关联",
	"rest_of_record": "性别、小组、与户主关系、户籍、居住和离开日期", "kin": "近亲属关系", "links": "一次性登录链接",
	"sessions": "登录会话", "credentials": "密码、通行密钥、动态口令、统一身份的绑定", "replies": "重复提交的应答缓存",
	"drafts": "未启用的草稿", "needs": "听证报名时提出的便利要求", "left_out": "未列入选民名单的原因", "matter_drafts": "发起事项的草稿", "held_elsewhere": "补录的会议日期", "elector_entries": "选民登记时的陈述", "electors": "选民名单", "nominations": "提名推荐", "desk_work": "经办的选民登记", "commitments": "述职承诺事项", "appraisals": "民主评议结果", "uploads": "上传待导入的花名册", "import_images": "最近一次导入的撤销资料（整个社区，此后那次导入不能再撤销）",

	"offices": "任职和身份的起止日期", "processes": "发起的议事", "papers": "提交的文书", "opinions": "提出的意见", "answers": "对意见的答复",
	"objections": "提出的异议", "rolls": "会议应到名册", "check_ins": "代为签到的记录", "attendance": "进出会场的记录", "speeches": "发言记录", "mandates": "委托", "paper_counts": "发放、清点和录入纸质选票的记录", "signatures": "联名提议的签名", "hearings": "听证和论证的主持和列名", "sign_ups": "听证报名", "statements": "听证发言和意见处理", "units": "专有部分", "notices": "会议通知签收记录", "poll_rolls": "表决名册",
	"ballots": "记名表决（无记名的只有“已投票”标记）", "audit": "对其资料的操作记录", "audit_acts": "其本人的操作记录",
}

// grounds says why what stays, stays.
var grounds = map[string]string{
	"archive": "决定所依据的档案：村民委员会组织法、城市居民委员会组织法（2025年修订）各第三十九条要求村（居）务档案真实、准确、完整；个人信息保护法第四十七条第二款",
	"log":     "谁在何时做了什么：网络安全法关于留存网络日志不少于六个月的规定；个人信息保护法第五十一条、第五十四条；期满由 yishi retention 清除",
	"roster":  "谁在何时担任何职，是名册和表决是否有效的依据：村民委员会组织法、城市居民委员会组织法（2025年修订）各第三十九条",
}

// Run reports what goes and what stays, and erases with --yes.
func (c eraseCmd) Run(ctx context.Context, s settings) error {
	return withStore(ctx, s, func(cfg config.Config, store *models.Store) error {
		today, err := civilToday(cfg)
		if err != nil {
			return err
		}
		e, err := store.Erase(ctx, deliberation.PersonID(c.Person), models.ErasureReason(c.Reason), today, console, c.Yes)
		var blocked *models.ErasureBlocked
		switch {
		case errors.As(err, &blocked):
			return errors.New(blockedText(blocked))
		case errors.Is(err, deliberation.Refuse(deliberation.RefuseTwice)):
			return errors.New("这个人的个人信息已经删除过了")
		case errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)):
			return errors.New("没有这个人")
		case err != nil:
			return err
		}
		if err := printErasure(os.Stdout, e, models.ErasureReason(c.Reason), c.Yes); err != nil || c.Yes {
			return err
		}
		return errors.New("什么都没有改动。删除以后不能撤销；确定要删除，请加上 --yes")
	})
}

// civilToday is today in the calendar of the installation; a demonstration keeps
// its own in the data folder.
func civilToday(cfg config.Config) (deliberation.Date, error) {
	today := deliberation.DateOf(time.Now().In(deliberation.Shanghai))
	if _, err := os.Stat(filepath.Join(cfg.Data, "clock.json")); err != nil {
		return today, nil //nolint:nilerr // no clock is kept: the real one counts
	}
	clk, err := demoClock(cfg.Data, today, 1)
	if err != nil {
		return today, err
	}
	return deliberation.DateOf(clk.now().At(time.Now())), nil
}

func blockedText(b *models.ErasureBlocked) string {
	var text strings.Builder
	text.WriteString("现在不能删除：")
	for _, o := range b.Offices {
		fmt.Fprintf(&text, "\n  仍担任 %s（%s，自 %s 起）：先记录任职结束", o.Office, o.Community, o.From)
	}
	for _, p := range b.Processes {
		fmt.Fprintf(&text, "\n  议事 %s 尚未结束，还需要此人", p)
	}
	return text.String()
}

func printErasure(w io.Writer, e models.Erasure, why models.ErasureReason, done bool) error {
	var b strings.Builder
	head, goes := "将要删除（现在还没有改动）", "将删除"
	if done {
		head, goes = "已删除，不能撤销", "已删除"
	}
	fmt.Fprintf(&b, "人员 %s（%s）的个人信息：%s\n事由：个人信息保护法第四十七条第一款，%s\n\n%s\n", e.Person, e.Community, head, erasureReasons[why], goes)
	for _, p := range e.Erased {
		fmt.Fprintf(&b, "  %s：%d\n", dataKinds[p.What], p.Count)
	}
	b.WriteString("\n只以编号保留，姓名显示为“" + models.ErasedText + "”\n")
	for _, p := range e.Kept {
		fmt.Fprintf(&b, "  %s：%d — %s\n", dataKinds[p.What], p.Count, grounds[p.Why])
	}
	b.WriteString(`
别处可能还有的副本，须另行处理
  备份：在它们被替换之前仍含有加密的旧资料；恢复旧备份后要重新执行本命令
  已导出的台账（dossier.zip）和花名册表格：在领取人手中
  别人写进纪要、意见、文书里的姓名：不作查找
  数据库的空闲页、预写日志和副本：只有加密后的旧值，随覆盖、VACUUM 或密钥轮换而消失
`)
	_, err := io.WriteString(w, b.String())
	return err
}
