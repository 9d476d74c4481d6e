package server

import "github.com/yishi-project/yishi/deliberation"

// sentences are the words of every refusal.
var sentences = map[deliberation.RefusalCode]sentence{
	deliberation.RefuseTooEarly: {
		zh: said{"现在还太早", "规则要求的期限还没有满。|最早是{earliest}。||(期限 {days} 天)|", "请到时间后再办理。"},
		en: said{"It is too early", "The period that the rules ask for is not over. |The earliest moment is {earliest}. ||({days} days)|", "Please do it from that moment on."},
	},
	deliberation.RefuseTooLate: {
		zh: said{"已经超过期限", "办理的期限已过。|截止时间是{latest}。||现在是“{stage}”阶段。|", "请向居(村)民委员会询问还有什么办法。"},
		en: said{"It is too late", "The time limit has passed. |It was {latest}. ||The process is now at {stage}.|", "Ask the committee what can still be done."},
	},
	deliberation.RefuseOutOfOrder: {
		zh: said{"现在不能办理这一步", "程序还没有走到这一步,或者这一步已经办完。|现在是“{stage}”阶段。|", "请打开事项页面,查看现在等待办理什么。"},
		en: said{"This step is not open now", "The process has not come to it, or it is done. |It is now at {stage}.|", "Look at the process's page for what it is waiting for."},
	},
	deliberation.RefuseNotEntitled: {
		zh: said{"您没有办理这一步的职务", "这一步只能由规定职务的人办理。", "如果您刚当选或刚任职,请让管理员核对您的职务登记。"},
		en: said{"You hold no office for this", "Only those who hold the office named in the rules may do it.", "If you were elected or appointed lately, ask the operator to check your entry."},
	},
	deliberation.RefuseNotOnRoll: {
		zh: said{"您不在这次会议的名册上", "名册在会议当天按任职情况确定,之后不再变动。", "如认为有误,请当场向主持人提出。"},
		en: said{"You are not on this meeting's roll", "The roll was fixed on the day of the meeting from the offices held then, and does not change.", "If you think this is wrong, tell the chair at once."},
	},
	deliberation.RefuseNotAffected: {
		zh: said{"这件事或者这一方不涉及此人", "只有在本社区（村）登记的成年居（村）民、并且属于所选利益方的，才能报名。", "请核对利益方；登记有误的，请向居(村)民委员会提出。"},
		en: said{"The matter, or the side, does not touch the person", "Adults registered in the community who belong to the side may sign up.", "Look at the sides again; tell the committee if the record is wrong."},
	},
	deliberation.RefuseOtherSide: {
		zh: said{"已经为另一方报名", "一人只能为一个利益方报名。", "要换一方的，请先撤回原来的报名。"},
		en: said{"Signed up for another side", "A person signs up for one side only.", "Take the first sign-up back to change."},
	},
	deliberation.RefuseOnPanel: {
		zh: said{"主持人、听证人和事项陈述人不能报名", "听取意见的人和陈述事项的人不代表任何一方。", "请由其他人报名。"},
		en: said{"Who hears or presents the matter is no side", "The chair, the panel and the presenter speak for no side.", "Somebody else signs up."},
	},
	deliberation.RefuseInterest: {
		zh: said{"这位专家应当回避", "与事项有直接利害关系的专家不能提出论证意见。", "请另请专家。"},
		en: said{"The expert is excluded", "An expert with a direct interest in the matter gives no opinion.", "Ask another expert."},
	},
	deliberation.RefuseTwice: {
		zh: said{"已经办理过了", "同一件事只能办理一次,先前的一次有效。", "无需再办;您可以在事项页面查看结果。"},
		en: said{"This is done already", "It can be done only once, and the first time counts.", "Nothing more is needed; the process's page shows the result."},
	},
	deliberation.RefuseBelowQuorum: {
		zh: said{"到会人数不足", "{verdict}|到会人数没有达到法定要求,会议不能开始。", "可以等候其他成员签到,或者休会后另行通知开会。"},
		en: said{"There is no quorum", "{verdict} |Fewer are present than the rules ask for, so the meeting cannot begin.", "Wait for others to check in, or adjourn and convene again."},
	},
	deliberation.RefusePollClosed: {
		zh: said{"表决已经结束", "|表决已于{latest}结束。|结束后不再接受选票。", "结果见事项页面。"},
		en: said{"The poll is closed", "|It closed at {latest}. |No ballot is taken after that.", "The process's page shows the result."},
	},
	deliberation.RefusePollNotOpen: {
		zh: said{"表决还没有开始", "主持人宣布开始表决以后才能投票。", "请等候主持人宣布。"},
		en: said{"The poll is not open yet", "Ballots are taken once the chair has opened the poll.", "Please wait for the chair."},
	},
	deliberation.RefuseNotCheckedIn: {
		zh: said{"您没有签到", "只有在表决开始以前签到的人可以投票。", "请向主持人或签到处询问。"},
		en: said{"You did not check in", "Only those who checked in before the poll opened may vote.", "Ask the chair or the table at the door."},
	},
	deliberation.RefuseNotPresent: {
		zh: said{"此人不在会场", "还没有签到，或者已经离场。", "请先签到；离场后回来的，再签到一次。"},
		en: said{"The person is not in the hall", "They have not checked in, or have left.", "Check in first; whoever comes back checks in again."},
	},
	deliberation.RefuseForAnother: {
		zh: said{"不能替别人投票", "一人一票,只能投自己的一票。", "请由本人登录后投票。"},
		en: said{"You cannot vote for another", "One person has one vote, and casts it in person.", "The person votes after signing in."},
	},
	deliberation.RefuseHeld: {
		zh: said{"事项正在整改,暂停办理", "监督委员会要求整改,整改合格以前程序暂停。", "请先报告整改情况,由监督委员会确认。"},
		en: said{"The process is held", "The supervisory committee ordered a rectification; the process waits until it is accepted.", "Report what was put right first."},
	},
	deliberation.RefuseSameSigner: {
		zh: said{"需要由另一个人签署", "记录人和签署人不能是同一个人。", "请由另一位主持人签署。"},
		en: said{"Somebody else must sign", "Two signatures need two persons.", "Ask another office holder to sign."},
	},
	deliberation.RefuseUnanswered: {
		zh: said{"还有意见没有答复", "|还有 {count} 条意见没有答复。|每一条意见都要答复后才能提议。", "请先逐条答复。"},
		en: said{"Opinions are still unanswered", "|{count} opinions have no answer. |Each must be answered before the proposal.", "Answer them first."},
	},
	deliberation.RefuseReserved: {
		zh: said{"这件事不能用这个程序决定", "法律规定这类事项由其他会议或程序决定。", "请按所列条款选择决定的方式。"},
		en: said{"This procedure cannot decide the matter", "The law reserves it to another body or procedure.", "Choose the form of decision that the text cited names."},
	},
	deliberation.RefuseNotMerged: {
		zh: said{"提议和商议不能合并", "只有书记和主任由一人担任、且规则允许时,才可以合为一次会议。", "请分两次会议办理。"},
		en: said{"Proposal and consultation cannot be one meeting", "They may be only where one person is secretary and director and the rules allow it.", "Hold the two meetings."},
	},
	deliberation.RefuseUnknownPack: {
		zh: said{"没有适用的规则", "没有这个规则包,或者它不适用于这类社区(村)和日期。", "请不指定规则包,由系统按日期选择。"},
		en: said{"No such rules apply", "There is no such rule pack, or it is not for this kind of place and date.", "Leave the pack out and the one in force is taken."},
	},
	deliberation.RefuseInvalid: {
		zh: said{"填写的内容有误", "|{fields}。||至少需要 {count} 人。|", "请改正后重新提交,其他内容不会丢失。"},
		en: said{"Something is filled in wrongly", "|{fields}. ||At least {count} are needed.|", "Correct it and send it again."},
	},
	deliberation.RefuseNotFound: {
		zh: said{"没有找到", "没有这个页面或事项,或者您无权查看。", "请检查地址,或者返回首页。"},
		en: said{"Not found", "There is no such thing, or it is not for you to see.", "Check the address, or go back to the first page."},
	},
	deliberation.RefuseConflict: {
		zh: said{"刚才有人先办理了", "您打开页面以后情况已有变化。", "请刷新页面再看一次。"},
		en: said{"Somebody else was quicker", "Things have changed since you opened the page.", "Look again."},
	},
	deliberation.RefuseEnded: {
		zh: said{"事项已经办结", "办结的事项不能再办理。", "如需再议,请另行提出。"},
		en: said{"The process has ended", "Nothing can be done to a process that has ended.", "A new matter needs a new process."},
	},
	deliberation.RefuseSignIn: {
		zh: said{"请先登录", "您还没有登录,或者登录已经过期。", "请打开发给您的登录链接,或者向社区(村)索取新的链接。"},
		en: said{"Please sign in", "You are not signed in, or your session has ended.", "Open the link that was sent to you, or ask for a new one."},
	},
	deliberation.RefuseLinkUsed: {
		zh: said{"这个登录链接已失效", "登录链接只能用一次,并且有期限。", "请向社区(村)索取新的链接。"},
		en: said{"This link no longer works", "A sign-in link works once and for a limited time.", "Ask for a new link."},
	},
	deliberation.RefuseKeyReused: {
		zh: said{"请求编号已用于另一个请求", "同一个编号(Idempotency-Key)只能用于同一个请求的重试。", "请换一个新的编号。"},
		en: said{"The key was used for another request", "An Idempotency-Key may be repeated only with the same request.", "Use a new key."},
	},
	deliberation.RefuseTooLarge: {
		zh: said{"提交的内容太大", "超过了允许的大小。", "请缩短文字,或者压缩图片(最大 8 MB)。"},
		en: said{"This is too large", "It is more than may be sent.", "Shorten the text or make the image smaller (8 MB at most)."},
	},
	deliberation.RefuseMalformed: {
		zh: said{"请求无法读取", "请求的格式有误。", "请检查后重新提交。"},
		en: said{"The request cannot be read", "It is not well formed.", "Check it and send it again."},
	},
	deliberation.RefuseUnavailable: {
		zh: said{"系统暂时没有响应", "后台服务没有及时答复。", "请稍后再试,重复提交不会重复办理。"},
		en: said{"The system does not answer for the moment", "A part of it did not answer in time.", "Try again shortly; sending it again does nothing twice."},
	},
	deliberation.RefuseSupervisedSelf: {
		zh: said{"不能监督自己经办的工作", "担任书记、党组织委员、主任或委员的人,不能行使监督职权。", "请由监督委员会的其他成员办理。"},
		en: said{"Nobody supervises their own work", "Who is secretary, branch member, director or committee member cannot act as supervisor.", "Another member of the supervisory committee must do it."},
	},
	deliberation.RefuseEmergencyReason: {
		zh: said{"缩短通知期限需要说明理由", "只有特殊情况才可以缩短通知期限,理由必须记录。", "请写明理由,或者按正常期限通知。"},
		en: said{"Short notice needs a reason", "The notice may be shorter only in special circumstances, and the reason is recorded.", "Write the reason, or give the full notice."},
	},
	deliberation.RefuseRateLimited: {
		zh: said{"操作太频繁", "短时间内的请求太多。", "请等几秒钟再试。"},
		en: said{"Too many requests", "Too many came in a short time.", "Wait a few seconds and try again."},
	},
	deliberation.RefuseTooOften: {
		zh: said{"您已经多次提出", "|每人最多提出 {count} 次。|以前提出的都会处理。", "请等候处理结果；还有其他情况的，可以当面向选举委员会说明。"},
		en: said{"You did this several times already", "|One person may do it {count} times. |What you filed before is dealt with.", "Wait for the rulings; tell the election committee in person of anything else."},
	},
	deliberation.RefuseCrossSite: {
		zh: said{"页面已过期", "表单的安全标记缺失,或者来自其他网站。", "请返回页面、刷新后重新提交。"},
		en: said{"The page is out of date", "The form's token is missing or comes from another site.", "Go back, reload the page and send the form again."},
	},
	deliberation.RefuseMethod: {
		zh: said{"不支持这种请求方法", "这个地址不接受该请求方法。", "请查看接口说明。"},
		en: said{"There is no such method here", "This address does not take the method.", "See the API's description."},
	},
	deliberation.RefuseMediaType: {
		zh: said{"只接受 JSON", "接口只接受 application/json 格式的内容。", "请设置 Content-Type: application/json。"},
		en: said{"Only JSON is taken", "The API takes bodies of type application/json.", "Set Content-Type: application/json."},
	},
	deliberation.RefuseDuplicateOnRoll: {
		zh: said{"名册中有重复的人", "同一个人在名册中只能出现一次。|(重复 {count} 人)|", "请改正名册后重试。"},
		en: said{"The roll names somebody twice", "A person stands on a roll once. |({count} are repeated)|", "Correct the roll and try again."},
	},
	deliberation.RefuseProofMissing: {
		zh: said{"还没有公示栏的照片", "公示需要有实体公示栏的照片作为证明。", "请先上传照片。"},
		en: said{"The board has no photo yet", "A posting is proved by a photo of the physical board.", "Upload the photo first."},
	},
	deliberation.RefuseFormNotInPack: {
		zh: said{"适用的规则没有这种决议形式", "规则包没有规定由这种会议决议。", "请选择其他决议形式。"},
		en: said{"The rules know no such form of decision", "The rule pack does not let this body decide.", "Choose another form."},
	},
	deliberation.RefuseIdempotencyKey: {
		zh: said{"缺少请求编号", "每个办理请求都要带 Idempotency-Key(8 至 100 个可见字符),以免重复办理。", "请加上编号后重试。"},
		en: said{"The Idempotency-Key is missing", "Each command needs one of 8 to 100 printable characters, so that nothing is done twice.", "Add the key and try again."},
	},
	deliberation.RefuseNotAccountable: {
		zh: said{"只有提出异议的人可以办理", "对答复是否满意,由提出异议的人自己说。", "请由本人登录后办理。"},
		en: said{"Only the person who objected may do this", "Whether the answer will do is for them to say.", "They do it after signing in."},
	},
	deliberation.RefuseRectifyLimit: {
		zh: said{"整改期限不在允许范围内", "规则限定了整改期限。|(最长 {days} 天)|", "请改为允许的天数。"},
		en: said{"The limit is outside what the rules allow", "The rules bound the time for a rectification. |({days} days at most)|", "Choose a limit within it."},
	},
	deliberation.RefuseUnsignedMinutes: {
		zh: said{"会议记录还没有完成", "要先有记录人提交并签署的会议记录。", "请先由记录人提交会议记录。"},
		en: said{"The minutes are not written yet", "The recorder's signed minutes come first.", "Ask the recorder to submit them."},
	},
	deliberation.RefuseDuplicateProcess: {
		zh: said{"这个事项已经提交过", "同一次提交只建立一个事项。", "请在事项列表中查看。"},
		en: said{"This was sent before", "One start makes one process.", "Look for it in the list of processes."},
	},
	deliberation.RefuseCalendar: {
		zh: said{"那一年的放假安排还没有公布", "国务院办公厅还没有公布该年的放假调休通知,无法准确计算工作日。", "请选择已公布年份内的日期,或者等通知公布后办理。"},
		en: said{"The calendar of that year is not published", "The State Council has not published that year's rest days, so working days cannot be counted.", "Choose a day in a published year, or wait."},
	},
	deliberation.RefuseFreshSignIn: {
		zh: said{"请再确认一次身份", "这一步涉及他人的信息或权利,需要刚刚确认过身份。", "请再次验证身份,然后继续。"},
		en: said{"Please confirm who you are", "This step touches other people's data or rights and asks for a fresh sign-in.", "Confirm your identity and go on."},
	},
	deliberation.RefuseWrongCredential: {
		zh: said{"没有登录成功", "账号、密码或验证码不对。", "请核对后再试;也可以请社区工作人员重新发一个登录链接。"},
		en: said{"You are not signed in", "The account, password or code does not fit.", "Check them and try again, or ask for a new sign-in link."},
	},
	deliberation.RefuseLockedOut: {
		zh: said{"试错次数太多", "为了保护账号,暂时不能再试。|{earliest}以后可以再试。|", "请稍后再试,或者请社区工作人员重新发一个登录链接。"},
		en: said{"Too many wrong tries", "The account rests for a while to protect it. |You may try again from {earliest}.|", "Wait, or ask for a new sign-in link."},
	},
	deliberation.RefuseOwnOffice: {
		zh: said{"不能登记自己的职务", "任何人不能登记、终止或认定自己的职务。", "请由另一位有权限的人员登记。"},
		en: said{"You cannot record your own office", "Nobody records, ends or certifies an office of their own.", "Ask somebody else who is entitled to."},
	},
	deliberation.RefuseUnreadableFile: {
		zh: said{"文件无法读取", "文件已损坏、有密码、含有宏,或者不是表格。|({fields})|", "请下载模板,另存为不加密的 .xlsx 或 .csv 后再上传。"},
		en: said{"The file cannot be read", "It is broken, protected, holds macros, or is no table. |({fields})|", "Start from the template and save as a plain .xlsx or .csv."},
	},
	deliberation.RefuseImportErrors: {
		zh: said{"表格里有错误,没有导入", "|有 {count} 处错误;|要么全部导入,要么一条也不导入。", "请按列出的行号改正后再上传。"},
		en: said{"The table has errors; nothing was imported", "|{count} errors; |all rows are imported or none.", "Correct the rows that are listed and upload again."},
	},
	deliberation.RefuseImportChanged: {
		zh: said{"这次导入不能撤销了", "导入之后,其中的人员信息又有改动。", "请逐个修改,或者重新导入正确的表格。"},
		en: said{"This import can no longer be undone", "Some of what it brought has been changed since.", "Change the records one by one, or import a correct table."},
	},
	deliberation.RefuseByHands: {
		zh: said{"这项议题举手表决", "不在手机上投票；由会场上的两人分别计数。", "请在会场举手。"},
		en: said{"This motion is voted on by raising hands", "No ballot is cast; two people in the hall count.", "Raise your hand in the hall."},
	},
	deliberation.RefuseNoMotion: {
		zh: said{"议程上还没有议题", "会议通知要写明议题。", "请先把议题列入议程。"},
		en: said{"Nothing is on the agenda", "The notice of a meeting names its motions.", "Put a motion on the agenda first."},
	},
	deliberation.RefuseOtherChannel: {
		zh: said{"您已经用另一种方式投过票", "一人一票：网上、纸质、流动票箱和委托，用了一种就不能再用另一种。", "如果您已领纸质选票但还没有填写，可以到发票处退回，再在网上投票。"},
		en: said{"You have voted in another way", "One person, one vote: whoever used the web, paper, a mobile box or an agent cannot use another.", "If you took a paper ballot and have not marked it, hand it back at the table and vote here."},
	},
	deliberation.RefusePaperOnly: {
		zh: said{"这次投票只用纸质选票", "会议通过的选举办法没有开通网上投票。", "请到投票站或者流动票箱领取选票。"},
		en: said{"This vote is held on paper alone", "The method that the meeting approved does not switch voting on the web on.", "Take a ballot at a polling station or a mobile box."},
	},
	deliberation.RefuseUnreconciled: {
		zh: said{"纸质选票的数目对不上", "发出的票数应当等于收回、作废换领、退回和未收回之和，收回的票要由两人分别录入且一致。", "请按列出的问题逐项核对后再确认。"},
		en: said{"The paper ballots do not add up", "Sheets issued are those recovered, exchanged, handed back and unreturned; two people read what was recovered, and agree.", "Check each line that is listed, then certify."},
	},
	deliberation.RefuseUnlawfulElection: {
		zh: said{"选举不能这样进行", "不符合的地方和依据见下面列出的各项。", "请逐项改正后再办理。"},
		en: said{"The election may not go on like this", "What is wrong, and by which rule, is listed below.", "Put each line right and try again."},
	},
	deliberation.RefuseNoMandate: {
		zh: said{"没有这个人的有效委托", "代他人投票要有书面委托，委托已撤销或者不属于这次会议的不能使用。", "请委托人提交委托书，或者由本人投票。"},
		en: said{"There is no mandate for that person", "Voting for somebody needs a written mandate for this meeting that was not revoked.", "Ask the principal to file one, or to vote in person."},
	},
	deliberation.RefuseMandateCap: {
		zh: said{"这位受托人接受的委托已到上限", "|每人最多接受 {count} 人的委托。|一份委托用去一个名额，撤销后可以另行接受。", "请委托另一位有表决权的人。"},
		en: said{"This agent has as many principals as the rule allows", "|One agent may have {count} principals. |A mandate that is revoked makes room for another.", "Choose another agent."},
	},
	deliberation.RefuseMandateUsed: {
		zh: said{"这份委托已经使用，不能撤销", "受托人已经凭它投票或者领取了选票，或者委托名单已经公布截止。", "对投票有疑问的，请向监票人或者监督委员会提出。"},
		en: said{"This mandate has been used", "A vote was cast or a ballot taken under it, or the list is closed.", "Speak to a scrutineer or the supervisory committee if something is wrong."},
	},
	deliberation.RefuseNoProxy: {
		zh: said{"这次会议不能委托投票", "规则没有规定这种会议可以委托他人投票。", "请本人到会或者在网上投票；行动不便的，可以请工作人员在旁协助。"},
		en: said{"There is no voting through others here", "The rules give this body no agents.", "Come, or vote on the web; somebody at the table can help."},
	},
	deliberation.RefusePollKeyLost: {
		zh: said{"这次投票无法计票", "无记名投票的密钥不在服务器上，没有它谁也打不开票箱。", "请先请管理员检查密钥文件夹；确实丢失的，由主持人宣布表决无效并重新表决。"},
		en: said{"This poll cannot be counted", "The key of the secret ballot is not on the server, and nobody can open the box without it.", "Ask the operator to look at the key folder; if it is lost, the chair declares the poll void and opens it anew."},
	},
	deliberation.RefuseUnbalanced: {
		zh: said{"收支表不平衡", "|{fields}。||期初余额加收入减支出应当等于期末余额，期初余额应当等于上期的期末余额。|", "请按列出的行改正后再提交。"},
		en: said{"The accounts do not add up", "|{fields}. ||Opening plus income less spending is the closing balance, and the opening is the last closing. |", "Correct the lines that are listed."},
	},
	deliberation.RefuseNotCosigned: {
		zh: said{"监票人还没有签字", "纸质选票的计票结果要由没有参加录入的监票人签字。", "请监票人核对后签字。"},
		en: said{"A scrutineer has not signed yet", "The count of paper is signed by a scrutineer who did not read the ballots in.", "Ask a scrutineer to check and sign."},
	},
	deliberation.RefuseNotEnough: {
		zh: said{"赞成的人数不够", "规则要求的人数见下面的计算。", "人数够了再提交；人数不够的，会议照原来的议程进行。"},
		en: said{"Too few are for it", "The numbers that the rule asks for stand below.", "Submit it when there are enough; otherwise the meeting goes on as it was."},
	},
	deliberation.RefuseIsChair: {
		zh: said{"您已经是主持人", "更换主持人由另一位有资格主持的人接替。", "请由另一位接替的人提交。"},
		en: said{"You chair the meeting already", "The chair is taken over by another person entitled to it.", "The person who takes over submits this."},
	},
	deliberation.RefuseNobodyCame: {
		zh: said{"还没有人签到", "这种会议没有规定法定人数，但至少要有人到会才能开始。", "请等候参加人签到，或者休会后另行通知开会。"},
		en: said{"Nobody has checked in", "No quorum is set for such a meeting, but somebody must be there.", "Wait for the participants to check in, or adjourn and convene again."},
	},
	deliberation.RefuseNoInterested: {
		zh: said{"名单里没有利益相关方", "协商主体应当包括与议题有利害关系的人，户籍在不在本地都一样。", "请把利益相关方列入名单后再提交。"},
		en: said{"No interested party is on the list", "Those whose interest is touched must take part, wherever they are registered.", "Add the interested parties and submit the list again."},
	},
	deliberation.RefuseOwnMatter: {
		zh: said{"不能答复自己提出的意见或异议", "提出的人和答复的人不能是同一个人。", "请由另一位有权限的人员答复。"},
		en: said{"You cannot answer what you said yourself", "Who raised it and who answers it are two persons.", "Ask somebody else who is entitled to."},
	},
	deliberation.RefuseEnterCommunity: {
		zh: said{"请先选择社区", "您负责多个社区,这一页只能在一个社区里打开。", "请在社区列表中选择一个。"},
		en: said{"Choose a community first", "You are in charge of several; this page belongs to one.", "Choose one from the list."},
	},
	deliberation.RefuseAssisted: {
		zh: said{"协助办理时不能做这一步", "现在由工作人员在旁协助，只能签到、表决和提意见；登录方式和个人档案要由本人单独办理。", "请先结束协助，由本人用自己的手机办理。"},
		en: said{"Not while somebody is helping", "With somebody helping at the table you may check in, vote and give opinions; ways to sign in and records are for the person alone.", "End the assistance; the person can do it on a device of their own."},
	},
	deliberation.RefuseSecondFactor: {
		zh: said{"请再输入一次动态验证码", "您的职务要替他人办事，除登录外还需要动态验证码或通行密钥。", "请输入验证码；还没有设置的，请先在“登录方式”中设置。"},
		en: said{"A second proof is needed", "Your office acts for others, which asks for a one-time code or a passkey besides the sign-in.", "Give the code; if you have none yet, set one up under ways to sign in."},
	},
	deliberation.RefuseSignInExpired: {
		zh: said{"这次验证已经过期", "验证要在几分钟之内、在同一个浏览器里完成，而且只能用一次。", "请从头再来一次。"},
		en: said{"This took too long", "It has to be finished within a few minutes, in the same browser, and works once.", "Please begin again."},
	},
	codeInternal: {
		zh: said{"系统出错了", "不是您的操作有误;问题已经记录。", "请稍后再试;如仍不行,请把页面上的请求编号告诉管理员。"},
		en: said{"Something went wrong here", "It is not your doing, and it has been recorded.", "Try again later; if it goes on, tell the operator the request number."},
	},
}
