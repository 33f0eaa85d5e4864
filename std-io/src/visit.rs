//! Taking tokens many at a time.

use std::ops::ControlFlow;
use tidegate_core::Scan;

/// Takes tokens, a window of them at a time where they lie whole in it.
pub(crate) trait Visit<M: Scan, B> {
    /// Takes those that lie whole in the window; says how many bytes they were.
    fn window(&mut self, machine: &mut M, window: &[u8]) -> (usize, ControlFlow<B>);

    fn token(&mut self, token: M::Token<'_>) -> ControlFlow<B>;
}

/// Takes them one by one.
pub(crate) struct Each<F>(pub(crate) F);

impl<M: Scan, B, F: FnMut(M::Token<'_>) -> ControlFlow<B>> Visit<M, B> for Each<F> {
    #[inline]
    fn window(&mut self, machine: &mut M, window: &[u8]) -> (usize, ControlFlow<B>) {
        let mut flow = ControlFlow::Continue(());
        let used = machine.scan_all(window, &mut |found, bytes| {
            flow = (self.0)(M::token(found, bytes));
            flow.is_continue()
        });
        (used, flow)
    }

    #[inline]
    fn token(&mut self, token: M::Token<'_>) -> ControlFlow<B> {
        (self.0)(token)
    }
}
