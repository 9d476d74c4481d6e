package main

import (
	"cmp"
	"strings"

	"github.com/yishi-project/yishi/deliberation"
)

// codesZH says in Chinese what the codes in the rule packs mean.
var codesZH = map[string]string{
	"party_organisation": "党组织", "committee": "委员会", "supervisory_committee": "监督委员会",
	"collective_organisation": "集体经济组织", "residents_tenth": "居(村)民联名", "representatives_fifth": "代表联名",

	"proposal": "① 提议", "consultation": "② 商议", "review": "③ 审议", "resolution": "④ 决议",
	"resolution_disclosure": "决议公开", "result_disclosure": "实施结果公开",

	"plan": "规划和年度计划", "public_welfare": "公益事业、筹资筹劳", "environment": "环境和设施改造", "funds": "集体资金使用",
	"relief": "救助对象和方案", "subsidy": "误工补贴", "covenant": "居民公约(村规民约)", "homestead": "宅基地",
	"compensation": "征地补偿分配", "collective_good": "集体财产处分", "other": "其他",
	"all":       "全体居(村)民",
	"authorise": "授权", "matters": "事项", "scope": "范围", "term": "期限",

	"better":            "票数相同的取较高等次",
	"owners_fund_raise": "筹集维修资金", "owners_rebuild": "改建、重建建筑物", "owners_common_parts": "改变共有部分用途或者利用其经营",
	"election": "选举程序", "owners_meeting": "业主大会", "land_contract_vote": "土地承包表决", "collective_assembly": "集体经济组织成员大会",
	"same_body_or_above": "作出决议的会议或者它的上级会议",
	"township":           "乡镇人民政府", "district_or_street": "区(市)人民政府或者街道办事处", "district_or_branch_office": "区(市)人民政府或者它的派出机关",
	"charter": "章程", "membership": "成员身份", "land_contract_homestead_share": "承包、宅基地、收益权量化方案",
	"land_compensation": "土地补偿分配", "merger_split": "合并、分立",

	"cannot_express_will": "不能表达意志", "abroad_over_six_months": "自费出国半年以上", "detained_or_serving": "被羁押或者服刑",
	"bedridden_long_term": "长期卧病或者生活不能自理", "moved_over_six_months": "外出半年以上未转组织关系",

	"finance": "按财务公开的周期", "general": "按一般事项的周期", "major": "发生后及时公布", "accounts": "财务收支",
	"hearing": "听证会", "expert_appraisal": "论证会",
	"opinion_collection": "意见收集", "public_hearing": "公开听证", "party_review": "党员审议", "residents_resolution": "群众决议",

	"lawful": "依法履职", "attitude": "服务态度", "efficiency": "办事效率", "integrity": "廉洁自律", "results": "工作实效",
	"satisfied": "满意", "basically_satisfied": "基本满意", "not_satisfied": "不满意", "county": "县级党委、政府",

	"may": "可以", "should": "应当",
	"township_or_county": "乡镇或者县级人民政府", "street_or_district": "街道办事处或者区(市)人民政府", "supervisory_organ": "监察机关",
	"electors": "登记参加选举的村民", "electors_jointly": "选民联名",
	"expelled_from_party": "被开除党籍", "punished_for_crime": "因犯罪受过刑事处罚", "underworld_power": "利用黑恶势力从事非法活动",
	"clan_or_underworld_power": "利用宗族或者黑恶势力从事非法活动", "illegal_religion_or_cult": "组织或者参加非法宗教活动、邪教活动",
	"near_relative": "有选举权的近亲属", "other_villager": "其他村民", "other_elector": "其他选民",
	"all_electors": "全体选民", "household_representatives": "每户派代表", "representatives": "居民代表",
	"next_with_majority": "得票过半数的下一名递补", "further_round": "另行选举", "all_tied": "一并列入", "left_out": "不计入",
	"whole_sheet": "整张无效", "spoiled": "作废票计入",
	"that_post_only": "仅该职务无效", "all_members": "委员会全体成员", "director": "主任",
}

// codeWords says the codes in Chinese; one without a word stays as it is written.
func codeWords(codes ...string) string {
	words := make([]string, len(codes))
	for i, c := range codes {
		words[i] = cmp.Or(codeZH(c), c)
	}
	return strings.Join(words, ";")
}

// codeZH is the Chinese word of a code; an office goes by its own.
func codeZH(code string) string {
	return cmp.Or(codesZH[code], deliberation.Office(code).Word("zh"))
}
