package dossier

import (
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/register"
)

// seal checks the manifest's signature and every file's hash. It tells whether
// there is a manifest to go on with.
func (e *examination) seal(c contents) bool {
	readable := false
	e.check("signature", func() { readable = e.signature(c) })
	if readable {
		e.check("files", func() { e.hashes(c) })
	}
	return readable
}

func (e *examination) signature(c contents) bool {
	b, ok := c[manifestFile]
	if !ok {
		e.fail(inFile(manifestFile), "缺少清单", "the manifest is missing")
		return false
	}
	if err := strict(b, &e.manifest); err != nil || e.manifest.Files == nil {
		e.fail(inFile(manifestFile), "清单无法读取", "the manifest cannot be read")
		return false
	}
	if e.manifest.Format != Format {
		e.fail(inFile(manifestFile), "不认识的台账格式 %.40q", "unknown form of dossier %.40q", e.manifest.Format)
		return false
	}
	e.Process, e.Origin, e.VerifierKey = e.manifest.Process, e.manifest.Origin, e.manifest.VerifierKey
	if e.o.VerifierKey != "" {
		e.KeyExpected, e.VerifierKey = true, e.o.VerifierKey
		if e.manifest.VerifierKey != e.o.VerifierKey {
			e.fail(inFile(manifestFile), "清单所列公钥不是指定的公钥", "the manifest names another key than the one given")
		}
	}
	if name, _, _ := strings.Cut(e.VerifierKey, "+"); name != e.Origin {
		e.fail(inFile(manifestFile), "登记簿名称与公钥不符", "the register's name is not the key's")
	}
	text, err := register.OpenText(c[signatureFile], e.VerifierKey)
	switch {
	case err != nil:
		e.fail(inFile(signatureFile), "签名无效", "the signature is not valid")
	case text != sealText(e.manifest.Process, b):
		e.fail(inFile(manifestFile), "清单与签名不符,签署后被改动", "the manifest differs from what was signed")
	}
	e.summary("清单由 %s 签署", "the manifest is signed by %s", e.Origin)
	return true
}

func (e *examination) hashes(c contents) {
	for _, name := range c.names() {
		if name == manifestFile || name == signatureFile {
			continue
		}
		want, listed := e.manifest.Files[name]
		switch {
		case !listed:
			e.fail(inFile(name), "清单中没有该文件", "not in the manifest")
		case want.SHA256 != sum(c[name]) || want.Size != len(c[name]):
			e.fail(inFile(name), "内容与清单的哈希值不符,文件被改动", "differs from its hash in the manifest: the file was changed")
		}
	}
	for name := range e.manifest.Files {
		if _, there := c[name]; !there {
			e.fail(inFile(fmt.Sprintf("%.200s", name)), "清单列有该文件,但台账中没有", "in the manifest, but missing")
		}
	}
	e.summary("%d 个文件与清单一致", "%d files agree with the manifest", len(e.manifest.Files))
}

// checkpoint checks the register's signature on the root.
func (e *examination) checkpoint() {
	size, _, err := register.Open(e.d.files[checkpointFile], e.VerifierKey)
	if err != nil {
		e.fail(inFile(checkpointFile), "检查点的签名无效", "the checkpoint's signature is not valid")
		return
	}
	if size != e.d.Proofs.Size {
		e.fail(inFile(proofsFile), "证明针对的登记簿有 %d 条记录,检查点为 %d 条", "the proofs are for a register of %d entries, the checkpoint is of %d", e.d.Proofs.Size, size)
	}
	e.summary("登记簿共 %d 条记录,由 %s 签署", "a register of %d entries, signed by %s", size, e.Origin)
}

// inclusion checks that each fact is an entry of the register, byte by byte.
func (e *examination) inclusion() {
	size, root, err := register.Open(e.d.files[checkpointFile], e.VerifierKey)
	if err != nil {
		e.fail(inFile(checkpointFile), "没有可依据的检查点", "there is no checkpoint to check against")
		return
	}
	proofs := map[int64]tlog.RecordProof{}
	for _, p := range e.d.Proofs.Proofs {
		if _, twice := proofs[p.Index]; twice {
			e.fail(place{proofsFile, p.Index}, "同一记录有两份证明", "two proofs of one entry")
		}
		proofs[p.Index] = p.Hashes
	}
	for _, f := range e.d.Facts {
		p, ok := proofs[f.Index]
		delete(proofs, f.Index)
		switch {
		case !ok:
			e.fail(place{proofsFile, f.Index}, "缺少登记证明", "there is no proof of this entry")
		case register.Check(p, size, root, f.Index, f.Leaf) != nil:
			e.fail(f.place(), "%s 与登记簿不符:内容、位置或证明被改动", "%s is not in the register like this: the entry, its place or its proof was changed", f.Kind)
		}
	}
	for _, p := range e.d.Proofs.Proofs {
		if _, left := proofs[p.Index]; left {
			e.fail(place{proofsFile, p.Index}, "有证明而没有相应的事实记录:记录被删除", "a proof without its fact: the fact was left out")
		}
	}
	e.summary("%d 条事实记录均在登记簿中", "all %d facts are in the register", len(e.d.Facts))
}

// completeness checks that nothing was left out, added twice or moved: the facts
// of one process are numbered without a gap.
func (e *examination) completeness() {
	facts := e.d.Facts
	if e.h.started == nil || len(facts) == 0 || facts[0].Kind != deliberation.FactStarted {
		e.fail(inFile(factsFile), "没有以程序启动记录开头", "does not begin with the start of the process")
	}
	if len(facts) == 0 {
		return
	}
	last := facts[len(facts)-1]
	if e.h.ended == nil || last.Serial != e.h.end.Serial || !same(last.Entry, e.h.end.Entry) {
		e.fail(last.place(), "没有以程序终结记录结尾", "does not end with the end of the process")
	}
	for i, f := range facts {
		if f.Process != e.manifest.Process {
			e.fail(f.place(), "属于另一程序", "belongs to another process")
		}
		if i > 0 && f.Index <= facts[i-1].Index {
			e.fail(f.place(), "记录顺序被调换", "out of the order of the register")
		}
		if i > 0 && (f.Kind == deliberation.FactStarted || facts[i-1].Kind == deliberation.FactEnded) {
			e.fail(f.place(), "启动或终结记录重复", "a second start, or a fact after the end")
		}
		if want := int64(i + 1); f.Serial != want {
			e.fail(f.place(), "应为本程序第 %d 条记录,实为第 %d 条:有记录被删除或调换", "should be number %d of the process and is number %d: a fact was left out or moved", want, f.Serial)
			break
		}
	}
	e.summary("本程序 %d 条记录,编号连续", "%d facts of the process, numbered without a gap", len(facts))
}
