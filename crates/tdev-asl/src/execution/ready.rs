//! The frames about to enter a state, in order; one that is taken back costs no search.

use std::collections::VecDeque;

use super::frame::FrameId;

/// A queue of frames. Each place in it has a ticket; a frame's place counts while the frame holds
/// the ticket.
#[derive(Debug, Default)]
pub(crate) struct Ready {
    queue: VecDeque<(FrameId, u64)>,
    /// The ticket each frame holds, 0 for none.
    held: Vec<u64>,
    issued: u64,
    waiting: usize,
}

impl Ready {
    /// Puts a frame, not in the queue, at its end.
    pub(crate) fn push_back(&mut self, id: FrameId) {
        if self.held.len() <= id {
            self.held.resize(id + 1, 0);
        }
        self.issued += 1;
        self.held[id] = self.issued;
        self.queue.push_back((id, self.issued));
        self.waiting += 1;
    }

    pub(crate) fn pop_front(&mut self) -> Option<FrameId> {
        while let Some((id, ticket)) = self.queue.pop_front() {
            if self.held[id] == ticket {
                self.held[id] = 0;
                self.waiting -= 1;
                return Some(id);
            }
        }
        None
    }

    /// Takes a frame out, wherever it stands, and tells whether it was there.
    pub(crate) fn remove(&mut self, id: FrameId) -> bool {
        match self.held.get_mut(id).filter(|held| **held != 0) {
            Some(held) => {
                *held = 0;
                self.waiting -= 1;
                true
            }
            None => false,
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_taken_out_and_put_back_stands_last_and_only_there() {
        let mut ready = Ready::default();
        for id in [0, 1, 2] {
            ready.push_back(id);
        }
        ready.remove(0);
        ready.remove(0);
        ready.push_back(0);
        let order: Vec<FrameId> = std::iter::from_fn(|| ready.pop_front()).collect();
        assert_eq!(order, [1, 2, 0]);
        assert!(ready.is_empty());
    }

    #[test]
    fn a_queue_of_frames_all_taken_out_is_empty() {
        let mut ready = Ready::default();
        ready.push_back(3);
        ready.remove(3);
        assert!(ready.is_empty());
        assert_eq!(ready.pop_front(), None);
    }
}
