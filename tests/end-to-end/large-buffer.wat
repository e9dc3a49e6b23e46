;; Writes a file of 8 MiB with a single call, and asks for all of it back with a single call.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_pread" (func $read (param i32 i32 i32 i64 i32) (result i32)))
  (memory (export "memory") 140)
  (data (i32.const 64) "big")
  (func $check (param $errno i32) (if (local.get $errno) (then (unreachable))))
  (func (export "_start")
    ;; create, with the rights to read and write
    (call $check
      (call $open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 3) (i32.const 1)
        (i64.const 66) (i64.const 0) (i32.const 0) (i32.const 16)))
    (i32.store (i32.const 0) (i32.const 65536))
    (i32.store (i32.const 4) (i32.const 8388608))
    (call $check (call $write (i32.load (i32.const 16)) (i32.const 0) (i32.const 1) (i32.const 20)))
    (if (i32.ne (i32.load (i32.const 20)) (i32.const 8388608)) (then (unreachable)))
    (call $check
      (call $read (i32.load (i32.const 16)) (i32.const 0) (i32.const 1) (i64.const 0) (i32.const 20)))
    ;; a reader may get less than it asked for
    (if (i32.eqz (i32.load (i32.const 20))) (then (unreachable)))))
