//! A body that must be invented: the model writes it, what is found goes back, and nothing that
//! fails a gate is registered.
