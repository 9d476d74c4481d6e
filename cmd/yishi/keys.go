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
	"github.com/yishi-project/yishi/vault"
)

// console is the actor of what is done on the command line.
const console deliberation.PersonID = "operator"

// openKeys gives the keys of the installation, from the environment or the key file.
func openKeys(cfg config.Config) (*vault.Keyring, error) {
	if cfg.Keys == "" {
		return keyFile(cfg).Load()
	}
	keys, err := vault.Parse(cfg.Keys)
	if err != nil {
		return nil, fmt.Errorf("setting keys: %w", err)
	}
	return vault.New(keys)
}

func keyFile(cfg config.Config) vault.File {
	return vault.File{Path: cfg.KeyFile, Cipher: vault.Cipher(cfg.VaultCipher)}
}

type keysCmd struct {
	List   keysListCmd   `cmd:"" help:"The ids of the keys and how many values each encrypts."`
	Rotate keysRotateCmd `cmd:"" help:"Add a key and encrypt everything anew under it, while Yishi may serve. Begun again, it goes on."`
	Drop   keysDropCmd   `cmd:"" help:"Take a key off the key file; refused while anything needs it."`
	New    keysNewCmd    `cmd:"" help:"Print a new key, for installations that give their keys by the environment."`
}

// withStore opens the database, checks it and runs f.
func withStore(ctx context.Context, s settings, f func(config.Config, *models.Store) error) error {
	cfg, err := s.load(nil)
	if err != nil {
		return err
	}
	store, err := openStore(ctx, cfg, logger(cfg.LogLevel))
	if err != nil {
		return err
	}
	if err = store.CheckSchema(ctx); err == nil {
		err = f(cfg, store)
	}
	return errors.Join(err, store.Close())
}

type keysListCmd struct{}

// Run prints no key.
func (keysListCmd) Run(ctx context.Context, s settings) error {
	return withStore(ctx, s, func(cfg config.Config, store *models.Store) error {
		keys, err := openKeys(cfg)
		if err != nil {
			return err
		}
		return listKeys(ctx, os.Stdout, keys, store)
	})
}

func listKeys(ctx context.Context, w io.Writer, keys *vault.Keyring, store *models.Store) error {
	uses, err := store.KeyUses(ctx)
	if err != nil {
		return err
	}
	on := map[vault.ID]string{}
	for i, id := range keys.IDs() {
		on[id] = "只用于解密"
		if i == 0 {
			on[id] = "加密"
		}
	}
	on[keys.Lookups()] += "，查找用散列"
	t := &table{header: []string{"密钥", "用途", "加密的数据（项）"}}
	for _, u := range uses {
		id, use := string(u.Key), on[u.Key]
		if use == "" {
			use = "密钥不在手边：这些数据读不出来"
		}
		if id == "" {
			id = "（未加密）"
		}
		t.add(id, use, fmt.Sprint(u.Values))
	}
	return t.write(w)
}

type keysRotateCmd struct{}

// Run adds a key where no rotation is under way, and encrypts anew what is not
// under the newest key.
func (keysRotateCmd) Run(ctx context.Context, s settings) error {
	return withStore(ctx, s, func(cfg config.Config, store *models.Store) error {
		return rotateKeys(ctx, os.Stdout, cfg, store)
	})
}

func rotateKeys(ctx context.Context, w io.Writer, cfg config.Config, store *models.Store) error {
	keys, err := openKeys(cfg)
	if err != nil {
		return err
	}
	left, err := notUnderNewest(ctx, keys, store)
	if err != nil {
		return err
	}
	switch {
	case left > 0:
		fmt.Fprintf(w, "还有 %d 项数据在旧密钥下：继续把它们转到密钥 %s 下，不再添加新密钥。\n", left, keys.IDs()[0])
	case cfg.Keys != "":
		return errors.New("密钥由环境变量给出：用 `yishi keys new` 生成一个，放到 YISHI_KEYS 最前面，重新启动所有进程，然后再运行本命令")
	default:
		id, err := store.AlterKeys(ctx, "add_key", console, keyFile(cfg).Add)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "密钥文件里添加了新密钥 %s；正在运行的进程 %v 内改用它。请另存一份密钥文件。\n", id, vault.Follow)
	}
	began := time.Now()
	for range 10 {
		if err := reseal(ctx, w, store); err != nil {
			return err
		}
		// What runs may have encrypted under the older key until now.
		if err := sleep(ctx, time.Until(began.Add(2*vault.Follow))); err != nil {
			return err
		}
		keys.Refresh()
		if left, err = notUnderNewest(ctx, keys, store); err != nil {
			return err
		}
		if left == 0 {
			fmt.Fprintln(w, "完成：全部数据都在最新的密钥下。")
			return offerDrops(w, keys)
		}
		began = time.Now()
	}
	return fmt.Errorf("仍有 %d 项数据不在最新的密钥下：有进程还在用旧的密钥文件，请让它们读到同一份密钥文件，然后再运行本命令", left)
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

func reseal(ctx context.Context, w io.Writer, store *models.Store) error {
	count := map[string]int64{}
	last := ""
	done, err := store.Reseal(ctx, func(table, column string, n int64) {
		at := table + "." + column
		if last != "" && last != at {
			fmt.Fprintf(w, "  %s: %d\n", last, count[last])
		}
		last, count[at] = at, count[at]+n
	})
	if last != "" {
		fmt.Fprintf(w, "  %s: %d\n", last, count[last])
	}
	if err != nil {
		return fmt.Errorf("中断了（已转换的不会丢失，再运行一次即可继续）：%w", err)
	}
	for at, n := range done.Unreadable {
		err = errors.Join(err, fmt.Errorf("%s 有 %d 项用手边的密钥解不开，保持原样", at, n))
	}
	return err
}

// notUnderNewest counts the values that are not under the newest key.
func notUnderNewest(ctx context.Context, keys *vault.Keyring, store *models.Store) (n int64, err error) {
	uses, err := store.KeyUses(ctx)
	for _, u := range uses {
		if u.Key != keys.IDs()[0] {
			n += u.Values
		}
	}
	return n, err
}

func offerDrops(w io.Writer, keys *vault.Keyring) error {
	for _, id := range keys.IDs()[1:] {
		if id == keys.Lookups() {
			fmt.Fprintf(w, "最早的密钥 %s 还要用来计算查找用散列，不能删除。\n", id)
			continue
		}
		fmt.Fprintf(w, "旧密钥 %[1]s 下已没有数据，可以删除：yishi keys drop %[1]s（以后用它加密的旧备份将无法读出）\n", id)
	}
	return nil
}

type keysDropCmd struct {
	ID string `arg:"" help:"Id of the key, as keys list shows it."`
}

// Run takes the key off the file and looks once more after every running process
// has let go of it; if something was encrypted under it meanwhile, it comes back.
func (c keysDropCmd) Run(ctx context.Context, s settings) error {
	return withStore(ctx, s, func(cfg config.Config, store *models.Store) error {
		if cfg.Keys != "" {
			return errors.New("密钥由环境变量给出：请从 YISHI_KEYS 里去掉它，重新启动所有进程")
		}
		return dropKey(ctx, os.Stdout, cfg, store, vault.ID(c.ID))
	})
}

func dropKey(ctx context.Context, w io.Writer, cfg config.Config, store *models.Store, id vault.ID) error {
	var restore func() error
	unused := func() error {
		uses, err := store.KeyUses(ctx)
		for _, u := range uses {
			if u.Key == id && u.Values > 0 {
				err = errors.Join(err, fmt.Errorf("密钥 %s 下还有 %d 项数据：先运行 yishi keys rotate", id, u.Values))
			}
		}
		return err
	}
	_, err := store.AlterKeys(ctx, "drop_key", console, func() (vault.ID, error) {
		if err := unused(); err != nil {
			return "", err
		}
		var err error
		restore, err = keyFile(cfg).Drop(id)
		return id, err
	})
	if errors.Is(err, vault.ErrKeyInUse) {
		return fmt.Errorf("密钥 %s 不能删除：最新的用来加密，最早的用来计算查找用散列", id)
	}
	if err != nil {
		return err
	}
	if err := errors.Join(sleep(ctx, 2*vault.Follow), unused()); err != nil {
		return errors.Join(err, restore())
	}
	_, err = fmt.Fprintf(w, "密钥 %s 已从密钥文件中删除。用它加密的旧备份从此无法读出。\n", id)
	return err
}

type keysNewCmd struct{}

// Run prints a secret, on purpose.
func (keysNewCmd) Run(s settings) error {
	cfg, err := s.load(nil)
	if err != nil {
		return err
	}
	_, err = fmt.Println(vault.NewKey(vault.Cipher(cfg.VaultCipher)))
	return err
}
