//! What an expression reads of a context it does not have. AWS refuses that in the definition.

use jsonata_core::ast::AstNode;

/// The first name (or `$`, `$$`) the expression reads at its top level, where there is no context.
pub(super) fn top_level_reference(ast: &AstNode) -> Option<String> {
    let mut pending = vec![ast];
    while let Some(node) = pending.pop() {
        match node {
            AstNode::Name(name) => return Some(name.clone()),
            AstNode::Variable(name) if name.is_empty() => return Some("$".to_owned()),
            AstNode::ParentVariable(name) if name.is_empty() => return Some("$$".to_owned()),
            // What stands in later steps, predicates and order-by terms has a context of its own,
            // and the body of a function gets it where the function is called.
            AstNode::Path { steps } => pending.extend(steps.first().map(|step| &step.node)),
            AstNode::ObjectTransform { input, .. } | AstNode::Sort { input, .. } => {
                pending.push(input);
            }
            AstNode::Binary { lhs, rhs, .. } => pending.extend([&**rhs, &**lhs]),
            AstNode::Unary { operand, .. } => pending.push(operand),
            AstNode::Function { args, .. } => pending.extend(args.iter().rev()),
            AstNode::Call { procedure, args } => {
                pending.extend(args.iter().rev());
                pending.push(procedure);
            }
            AstNode::Array(items) | AstNode::ArrayGroup(items) | AstNode::Block(items) => {
                pending.extend(items.iter().rev());
            }
            AstNode::Object(members) => {
                pending.extend(members.iter().rev().flat_map(|(key, value)| [value, key]));
            }
            AstNode::Conditional {
                condition,
                then_branch,
                else_branch,
            } => {
                pending.extend(else_branch.as_deref());
                pending.extend([&**then_branch, &**condition]);
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        top_level_reference(&jsonata_core::parser::parse(text).unwrap())
    }

    #[test]
    fn names_without_a_context_are_found() {
        for (text, name) in [
            ("phone", "phone"),
            ("phone.number", "phone"),
            ("$sum(prices)", "prices"),
            ("$states.input.a + b", "b"),
            ("{\"k\": value}", "value"),
            ("$", "$"),
            ("$$", "$$"),
            ("$$.a", "$$"),
        ] {
            assert_eq!(read(text).as_deref(), Some(name), "{text}");
        }
    }

    #[test]
    fn names_with_a_context_are_none_of_them() {
        for text in [
            "$states.input.a",
            "$states.input.list[price > 3].name",
            "$states.input.list.{\"n\": name}",
            "$states.input.list^(price)",
            "$states.input.list{name: price}",
            "$states.input.list.($ * 2)",
            "$map([1], function($v) { $v })",
            "$states.input ~> |a|{\"b\": 1}|",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
